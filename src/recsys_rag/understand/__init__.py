"""What a person's words ask of this catalog: genres, years, people, titles, what not. Rules, no
language model."""
