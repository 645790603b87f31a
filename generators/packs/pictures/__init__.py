"""Pictures of a pack on synthetic rows, drawn once for each digest."""
