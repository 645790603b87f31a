"""What another version of a runtime would change for readers: lines, codes and boards, each at its place."""
