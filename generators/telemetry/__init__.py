"""What a user's machine records and sends, once its project says yes: contracts, consent, spool, shipping.

Imports what installs packs imports, and no more.
"""
