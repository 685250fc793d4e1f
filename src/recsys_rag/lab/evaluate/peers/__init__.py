"""What we are compared with: plain reference methods and other libraries, behind two members each.
Nothing here recommends."""
