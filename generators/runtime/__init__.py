"""What draws packs, seen through one port: its version, codes, commands, SQL, rows and pictures."""
