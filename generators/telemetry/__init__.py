"""What a user's machine records and sends, after the consent of its project's owner: contracts, consent, spool, shipping.

Imports what installs packs imports, and no more.
"""
