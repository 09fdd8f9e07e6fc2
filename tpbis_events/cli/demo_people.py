"""Plausible people for the demo. Their names are common ones, put together by dice; their addresses lead nowhere."""

from __future__ import annotations

import random
from functools import lru_cache

from tpbis_events.places.provinces import province
from tpbis_events.places.regencies import regencies_of
from tpbis_events.programmes.content import rows_of
from tpbis_events.registrations.rules import Applicant

FIRST = (
    "Adi Agus Ahmad Aminah Andi Anisa Ayu Bambang Bayu Budi Cahya Citra Daniel Dewi Dian Dina Eko Elisabeth Endang"
    " Fajar Fatimah Fitri Galih Gede Hana Hasan Hendra Ida Indah Intan Irwan Ismail Joko Kadek Ketut Komang Kristina"
    " Kurnia Lestari Lina Made Maria Martinus Maya Melati Muhammad Mulyadi Nadia Nanda Ni'mah Novi Nur Nyoman Putri"
    " Putu Rahmat Ratna Rina Rizki Rosa Rudi Ruth Samuel Sari Siti Slamet Sri Suci Sulastri Tantri Taufik Theresia Tri"
    " Umar Utami Wahyu Wayan Widya Yohana Yohanes Yuni Yusuf Zahra Zainal"
).split()
LAST = (
    "Abdullah Anwar Ariyanto Basuki Damanik Firmansyah Ginting Gunawan Hakim Halim Hamzah Handayani Harahap Hartono"
    " Hasibuan Hidayat Hutagalung Ibrahim Iskandar Kurniawan Lubis Mahendra Manurung Maulana Nainggolan Nasution"
    " Nugroho Pangestu Panjaitan Permana Pertiwi Prasetyo Pratama Purnama Purwanto Rahayu Rahman Ramadhani Rumbiak"
    " Salim Santoso Saputra Sembiring Setiawan Siahaan Simanjuntak Siregar Sitorus Sudarma Suharto Sukardi Suryani"
    " Susanti Sutanto Syahputra Tambunan Tarigan Utomo Wahyuni Wardani Wibowo Widodo Wijaya Wulandari Yulianti"
).split()
POSITIONS = ("Kepala Bidang", "Pustakawan Ahli Muda", "Kepala Seksi", "Analis", "Staf", "Sekretaris", "Pengelola")


def somebody_of(number: int, province_code: str | None, regency_needed: bool, dice: random.Random) -> Applicant:
    """The `number`-th person of a run, from a province; no two have the same e-mail address or phone."""
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    code = province_code or "31"
    where = province(code)
    employment = dice.choice(("pns", "pns", "pppk", "non-asn", "community", "village-official"))
    letters = "".join(c for c in name.lower() if c.isalpha())
    return Applicant(
        full_name=name,
        email=f"{letters}.{number}@contoh.example",
        phone=f"+62812{10_000_000 + number}" if dice.random() < 0.8 else "",
        institution=f"{dice.choice(_agencies())}, {where.name_id}",
        position=dice.choice(POSITIONS),
        employment=employment,
        nip=_nip(employment, dice),
        province_code=code,
        regency_code=dice.choice(regencies_of(code)).code if regency_needed else "",
        support_needed="Jalur kursi roda" if dice.random() < 0.02 else "",
        consent=True,
        language="id",
    )


def _nip(employment: str, dice: random.Random) -> str:
    if employment not in ("pns", "pppk"):
        return ""
    year = dice.randint(1968, 1996)
    month = 21 if employment == "pppk" else dice.randint(1, 12)
    born = f"{year}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    return f"{born}{year + dice.randint(22, 28)}{month:02}{dice.randint(1, 2)}{dice.randint(1, 999):03}"


@lru_cache
def _agencies() -> tuple[str, ...]:
    return tuple(row["name_id"] for row in rows_of("shm_stakeholder_org_types.csv"))
