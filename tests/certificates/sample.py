"""What a certificate says, for tests and benchmarks that draw, sign or prove one."""

from __future__ import annotations

from tpbis_events.certificates.facts import CertificateFacts

BUDI = CertificateFacts(
    full_name="Budi Santoso, S.IP., M.Hum.",
    own_script_name=None,
    nip="19850412 201001 1 003",
    position="Pustakawan Ahli Muda",
    institution="Dinas Perpustakaan dan Kearsipan Provinsi Bali",
    role_id="Peserta",
    role_en="Participant",
    event_name_id="Stakeholder Meeting Provinsi 2023",
    event_name_en="Provincial Stakeholder Meeting 2023",
    place="Denpasar",
    dates_id="Selasa, 8 Agustus 2023",
    dates_en="Tuesday, 8 August 2023",
    jp=8,
    number="421/TPBIS/SHM/VIII/2023",
    version=1,
    code="7KQ4-M2XA-91TD",
    check_url="https://tpbis.example/periksa/7KQ4-M2XA-91TD",
    issued_on_id="14 Agustus 2023",
    issued_on_en="14 August 2023",
    issue_place="Jakarta",
    signatory_name="Dr. Nurhayati Contoh, M.Si.",
    signatory_position_id="Deputi Bidang Pengembangan Sumber Daya Perpustakaan",
    signatory_position_en="Deputy for Library Resources Development",
    specimen=True,
)
