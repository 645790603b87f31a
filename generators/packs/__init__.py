"""The packs engine: reads boards, makes rows, and proves each query on the warehouses it claims."""
