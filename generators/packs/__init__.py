"""The packs engine: reads faces, makes rows, and proves each query on the warehouses it claims."""
