"""Published packs as their users meet them: archives, the catalog they lie in, and boards in somebody's project.

Nothing here needs the model, a SQL parser, Sphinx or a runtime: it is what a small client installs packs with.
"""
