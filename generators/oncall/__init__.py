"""Who answers when: rotations worked out to instants, proofs over a year, and who is paged in which minute."""
