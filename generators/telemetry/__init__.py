"""What a user's machine records and sends, with its owner's consent: contracts, consent, spool, shipping.

Imports what installs packs imports, and no more.
"""
