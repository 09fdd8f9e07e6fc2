"""A certificate as an Open Badge 3.0: facts go in, the bytes of a signed JSON file come out. Pure, but for the key.

It says what the public check page says of that version and no more: no e-mail address, phone, NIP, institution or position.
The certificate bears Indonesian with English after it, and so does the badge.
Source: 1EdTech Open Badges 3.0; W3C Verifiable Credentials Data Model 2.0 and Bitstring Status List 1.0.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tpbis_events.certificates.badge_key import BadgeKey
from tpbis_events.certificates.badge_proof import CREDENTIALS, OPEN_BADGES, signed
from tpbis_events.certificates.badge_status import entry
from tpbis_events.certificates.facts import CertificateFacts, moment
from tpbis_events.programmes.model import CertificateKind

MINUTES_PER_JP = 45


@dataclass(frozen=True, slots=True)
class _Kind:
    """What somebody was, what kind of achievement that is to Open Badges, and what it was given for."""

    id: str
    en: str
    achievement: str
    for_id: str
    for_en: str


_KINDS = {
    CertificateKind.PARTICIPANT: _Kind(
        "Peserta",
        "Participant",
        "CertificateOfCompletion",
        "Mengikuti kegiatan dan memenuhi semua syarat sertifikat yang ditetapkan penyelenggara, di antaranya kehadiran.",
        "Took part in the event and met all that the organizer asks for the certificate, attendance among it.",
    ),
    CertificateKind.SPEAKER: _Kind(
        "Narasumber",
        "Speaker",
        "Achievement",
        "Hadir dan menyampaikan materi sebagai narasumber.",
        "Was present and gave a talk as a speaker.",
    ),
    CertificateKind.MODERATOR: _Kind(
        "Moderator",
        "Moderator",
        "Achievement",
        "Hadir dan memandu acara sebagai moderator.",
        "Was present and led the programme as a moderator.",
    ),
    CertificateKind.COMMITTEE: _Kind(
        "Panitia",
        "Committee Member",
        "Achievement",
        "Hadir dan bertugas sebagai panitia.",
        "Was present and served as a member of the committee.",
    ),
}


def badge(facts: CertificateFacts, *, event_id: int, index: int, issued_at: datetime, key: BadgeKey) -> bytes:
    """The badge of one version. The same version and key give the same bytes.

    In: `index`, the version's place in the list of those that no longer hold (its id); `event_id`, by which the badges of one
    event and kind name the same achievement. Names may hold anything: characters that control are left out, halves of a
    character become U+FFFD. Refuses a letter of attendance with `KeyError`: there is no badge for it.
    """
    site = facts.check_url.partition("/check/")[0]
    kind = _KINDS[CertificateKind(facts.kind)]
    document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": facts.check_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _marked(_titled(kind, facts), facts),
        "description": _marked(_described(facts), facts),
        "issuer": {
            "id": key.did,
            "type": ["Profile"],
            "name": _both(facts.issuer_id, facts.issuer_en),
            "url": site,
        },
        "validFrom": moment(issued_at),
        "credentialSubject": _subject(facts, kind, f"{site}/events/{event_id}/{facts.kind}"),
        "credentialStatus": entry(site, key, index),
    }
    return signed(document, key, issued_at)


def plain(text: str) -> str:
    """A text as it can be signed and read everywhere, in one line: what controls, and halves of a character, are taken out."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in whole).split())


def _subject(facts: CertificateFacts, kind: _Kind, achievement: str) -> dict[str, Any]:
    """Who was given what. The name is not hashed: it is what a reader compares with the person in front of her."""
    role = _both(_role(kind.id, facts.role_id), _role(kind.en, facts.role_en))
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": plain(facts.full_name),
                "identityType": "name",
            }
        ],
        "role": role,
        "licenseNumber": plain(facts.number),
    }
    if facts.begins and facts.ends:
        subject |= {"activityStartDate": facts.begins, "activityEndDate": facts.ends}
    if facts.jp > 0:
        subject["creditsEarned"] = facts.jp
    return subject | {
        "achievement": {
            "id": uuid5(NAMESPACE_URL, achievement).urn,
            "type": ["Achievement"],
            "achievementType": kind.achievement,
            "name": _titled(kind, facts),
            "description": _both(
                f"{kind.id} pada {facts.event_name_id}, diselenggarakan {facts.issuer_id}.",
                f"{kind.en} of {facts.event_name_en}, held by the {facts.issuer_en}.",
            ),
            "criteria": {"narrative": _both(kind.for_id, kind.for_en)},
        },
    }


def _titled(kind: _Kind, facts: CertificateFacts) -> str:
    return _both(
        f"Sertifikat {kind.id}: {facts.event_name_id}",
        f"{kind.en} Certificate: {facts.event_name_en}",
    )


def _described(facts: CertificateFacts) -> str:
    """Number, version, days and hours in words, and where to see whether it still holds."""
    hours_id = f" {facts.jp} JP (jam pelajaran @ {MINUTES_PER_JP} menit)." if facts.jp > 0 else ""
    hours_en = f" Learning hours of {MINUTES_PER_JP} minutes: {facts.jp}." if facts.jp > 0 else ""
    told = _both(
        f"Nomor {facts.number}, versi {facts.version}. {facts.dates_id}.{hours_id}",
        f"Number {facts.number}, version {facts.version}. {facts.dates_en}.{hours_en}",
    )
    return f"{told} Masih berlaku? / Still valid? {facts.check_url}"


def _marked(text: str, facts: CertificateFacts) -> str:
    """What was issued for trying things out says so first."""
    return f"CONTOH / SPECIMEN – {text}" if facts.specimen else text


def _role(kind: str, role: str) -> str:
    return kind if not role or role.casefold() == kind.casefold() else f"{kind} ({role})"


def _both(indonesian: str, english: str) -> str:
    """Indonesian with English after it; once where both are the same."""
    texts = [plain(indonesian), plain(english)]
    return " / ".join(dict.fromkeys(text for text in texts if text))
