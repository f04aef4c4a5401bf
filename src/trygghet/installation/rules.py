"""When an installation may speak, and what is said of one that may not."""

from __future__ import annotations

from dataclasses import dataclass

from trygghet import swedish
from trygghet.swedish import Refusal

SILENT = "Den här kopian skickar ingenting"
"""The banner, and what the machines' page says."""


@dataclass(frozen=True)
class Voice:
    """Whose the database is (`stored`, empty where nobody's), who we are (`ours`), and how many deliveries are due and wait."""

    stored: str
    ours: str
    waiting: int = 0

    @property
    def may_speak(self) -> bool:
        """Nothing leaves the building unless both names are the same."""
        return bool(self.ours) and self.stored == self.ours

    @property
    def why(self) -> str:
        """Why it is silent; empty when it is not."""
        if self.may_speak:
            return ""
        whose = f"Databasen hör till installationen ”{self.stored}”" if self.stored else "Databasen hör inte till någon installation"
        return f"{whose}, och den här heter ”{self.ours}”. Därför går inga mejl eller inlägg ut härifrån."

    @property
    def mend(self) -> str:
        """What helps."""
        return (
            f"Är det här en kopia ska den vara tyst. Är det här den riktiga, och ingen annan kör den: kör trygghet speak --as {self.ours}. "
            "Har bara adressen ändrats kan ENVIRONMENT_ID i stället få det gamla namnet."
        )

    @property
    def lines(self) -> list[str]:
        """How it stands, for whoever asks."""
        if self.may_speak:
            return [f"Databasen hör till den här installationen, ”{self.ours}”. Mejl och inlägg går ut.", *self._due("går ut i tur och ordning")]
        return [f"{SILENT}. {self.why}", *self._due("väntar"), self.mend]

    @property
    def after_lines(self) -> list[str]:
        """What whoever has made the database this installation's is told; this is how it stood before."""
        if self.may_speak:
            return self.lines
        return [
            f"Databasen hör nu till ”{self.ours}”. Mejl och inlägg går ut igen.",
            *self._due("går ut i tur och ordning, i det skick som gäller nu"),
        ]

    def _due(self, what: str) -> list[str]:
        return [f"{swedish.counted(self.waiting, 'utskick', 'utskick')} {what}."] if self.waiting else []


def check(voice: Voice, typed: str) -> None:
    """Whether the database may be made this installation's. Its name is typed, so that it is not done by habit. Raises `Refusal`."""
    if typed != voice.ours:
        raise Refusal("installation.other_name", typed=typed, ours=voice.ours)
