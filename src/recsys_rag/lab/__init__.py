"""The laboratory: measures, tunes and trains. May use the inside of the product; the product uses
none of it."""
