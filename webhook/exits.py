"""Where the way out leads: a page that tells nobody anything."""

ELSEWHERE = "https://www.bbc.co.uk/weather"
