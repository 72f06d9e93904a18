"""The words that mail clients put before From, Date, To and Subject when they forward, in the languages of their users.

Written from the clients' user interfaces. A word can mean one thing only in all languages together; where two languages
differ ("Do": to, or from), it is left out and the other words of that language have to do.
"""

from enum import StrEnum


class Label(StrEnum):
    """What stands after a label."""

    FROM = "from"  # The author.
    DATE = "date"  # When it was sent.
    TO = "to"  # Recipients, of any kind.
    SUBJECT = "subject"  # The subject.
    BODY = "body"  # The text begins after this label; some Japanese and Chinese forms have it.


_BY_LANGUAGE: dict[str, dict[Label, str]] = {
    "en": {
        Label.FROM: "From|Sender",
        Label.DATE: "Date|Sent|Sent at|Sent on|Received",
        Label.TO: "To|Cc|Bcc|Reply-To|Reply to|Resent-To|Recipients|Recipient",
        Label.SUBJECT: "Subject",
        Label.BODY: "Body|Message body",
    },
    "ja": {
        Label.FROM: "差出人|送信者|送信元|発信者|発信元|差出人アドレス|送信元アドレス|送信者アドレス|送信者名|差出人名",
        Label.DATE: "送信日時|日付|日時|送信日|受信日時|受信日|送信時刻|配信日時|着信日時",
        Label.TO: "宛先|受信者|送信先|あて先|宛先アドレス|返信先|写し|同報",
        Label.SUBJECT: "件名|題名|タイトル|表題|メール件名|サブジェクト",
        Label.BODY: "本文|内容|メール本文",
    },
    "zh-Hans": {
        Label.FROM: "发件人|发信人|寄件人|发送人",
        Label.DATE: "发送时间|日期|发送日期|时间|发件时间",
        Label.TO: "收件人|抄送|密送|收信人|回复",
        Label.SUBJECT: "主题|标题",
        Label.BODY: "正文|内容",
    },
    "zh-Hant": {
        Label.FROM: "寄件者|發件人|寄件人|發信人",
        Label.DATE: "寄件日期|日期|傳送日期|傳送時間|寄件時間|發送時間|時間",
        Label.TO: "收件者|收件人|副本|密件副本",
        Label.SUBJECT: "主旨|主題|標題",
        Label.BODY: "內文|內容",
    },
    "ko": {
        Label.FROM: "보낸 사람|보낸사람|발신|발신자|보낸이",
        Label.DATE: "날짜|보낸 날짜|보낸날짜|보낸 시간|일시|일자|발송일|보낸시간",
        Label.TO: "받는 사람|받는사람|수신|참조|숨은참조|받는이",
        Label.SUBJECT: "제목",
        Label.BODY: "본문",
    },
    "de": {
        Label.FROM: "Von|Absender",
        Label.DATE: "Datum|Gesendet|Gesendet am",
        Label.TO: "An|Kopie|Kopie an|Antwort an",
        Label.SUBJECT: "Betreff",
    },
    "fr": {
        Label.FROM: "De|Expéditeur",
        Label.DATE: "Date|Envoyé|Envoyé le",
        Label.TO: "À|A|Pour|Copie à|Copie|Répondre à",
        Label.SUBJECT: "Objet|Sujet",
    },
    "es": {
        Label.FROM: "De|Remitente",
        Label.DATE: "Fecha|Enviado|Enviado el|Enviada",
        Label.TO: "Para|Copia|Responder a",
        Label.SUBJECT: "Asunto",
    },
    "pt": {
        Label.FROM: "De|Remetente",
        Label.DATE: "Data|Enviado|Enviada|Enviado em|Enviada em",
        Label.TO: "Para|Cópia|Responder para",
        Label.SUBJECT: "Assunto",
    },
    "it": {
        Label.FROM: "Da|Mittente",
        Label.DATE: "Data|Inviato|Inviato il",
        Label.TO: "A|Copia|Copia conoscenza|Rispondi a|Destinatario",
        Label.SUBJECT: "Oggetto",
    },
    "ca": {
        Label.FROM: "De|Remitent",
        Label.DATE: "Data|Enviat|Enviat el",
        Label.TO: "Per a|Per|A|Còpia",
        Label.SUBJECT: "Assumpte|Tema",
    },
    "ro": {
        Label.FROM: "De la|De|Expeditor",
        Label.DATE: "Data|Dată|Trimis|Trimis la",
        Label.TO: "Către|Catre|La",
        Label.SUBJECT: "Subiect|Subiectul",
    },
    "nl": {
        Label.FROM: "Van|Afzender",
        Label.DATE: "Datum|Verzonden|Verzonden op",
        Label.TO: "Aan|Kopie|Antwoord aan",
        Label.SUBJECT: "Onderwerp|Betreft",
    },
    "da": {
        Label.FROM: "Fra|Afsender",
        Label.DATE: "Dato|Sendt",
        Label.TO: "Til|Kopi|Svar til",
        Label.SUBJECT: "Emne",
    },
    "no": {
        Label.FROM: "Fra|Avsender",
        Label.DATE: "Dato|Sendt",
        Label.TO: "Til|Kopi|Svar til",
        Label.SUBJECT: "Emne",
    },
    "sv": {
        Label.FROM: "Från|Avsändare",
        Label.DATE: "Datum|Skickat|Skickades",
        Label.TO: "Till|Kopia|Svara till",
        Label.SUBJECT: "Ämne",
    },
    "fi": {
        Label.FROM: "Lähettäjä",
        Label.DATE: "Päivämäärä|Päiväys|Lähetetty|Pvm",
        Label.TO: "Vastaanottaja|Vastaanottajat|Kopio|Saaja",
        Label.SUBJECT: "Aihe|Otsikko",
    },
    "et": {
        Label.FROM: "Saatja|Kellelt",
        Label.DATE: "Kuupäev|Saadetud|Saatmisaeg",
        Label.TO: "Adressaat|Kellele|Koopia",
        Label.SUBJECT: "Teema|Pealkiri",
    },
    "lv": {
        Label.FROM: "No|Sūtītājs",
        Label.DATE: "Datums|Nosūtīts",
        Label.TO: "Kam|Kopija",
        Label.SUBJECT: "Temats|Tēma",
    },
    "lt": {
        Label.FROM: "Nuo|Siuntėjas",
        Label.DATE: "Data|Išsiųsta",
        Label.TO: "Kam|Gavėjas|Kopija",
        Label.SUBJECT: "Tema",
    },
    "pl": {
        Label.FROM: "Od|Nadawca",
        Label.DATE: "Data|Wysłano|Wysłane",
        Label.TO: "DW|Kopia|Adresat|Odpowiedź do",
        Label.SUBJECT: "Temat",
    },
    "cs": {
        Label.FROM: "Od|Odesílatel",
        Label.DATE: "Datum|Odesláno",
        Label.TO: "Komu|Kopie|Pro",
        Label.SUBJECT: "Předmět",
    },
    "sk": {
        Label.FROM: "Od|Odosielateľ",
        Label.DATE: "Dátum|Odoslané",
        Label.TO: "Komu|Kópia|Pre",
        Label.SUBJECT: "Predmet",
    },
    "sl": {
        Label.FROM: "Od|Pošiljatelj",
        Label.DATE: "Datum|Poslano",
        Label.TO: "Za|Prejemnik|Kp",
        Label.SUBJECT: "Zadeva",
    },
    "hr": {
        Label.FROM: "Od|Šalje|Pošiljatelj",
        Label.DATE: "Datum|Poslano|Poslana",
        Label.TO: "Za|Prima|Primatelj|Kopija",
        Label.SUBJECT: "Predmet|Naslov",
    },
    "sr": {
        Label.FROM: "Од|Шаље|Пошиљалац",
        Label.DATE: "Датум|Послато",
        Label.TO: "За|Прима|Прималац|Копија",
        Label.SUBJECT: "Предмет|Наслов",
    },
    "hu": {
        Label.FROM: "Feladó|Küldő",
        Label.DATE: "Dátum|Elküldve|Küldve",
        Label.TO: "Címzett|Másolat|Másolatot kap",
        Label.SUBJECT: "Tárgy",
    },
    "el": {
        Label.FROM: "Από|Αποστολέας",
        Label.DATE: "Ημερομηνία|Στάλθηκε|Εστάλη",
        Label.TO: "Προς|Κοινοποίηση|Κοιν",
        Label.SUBJECT: "Θέμα",
    },
    "tr": {
        Label.FROM: "Kimden|Gönderen|Gönderici",
        Label.DATE: "Tarih|Gönderildi|Gönderilme tarihi",
        Label.TO: "Kime|Alıcı|Bilgi",
        Label.SUBJECT: "Konu",
    },
    "ru": {
        Label.FROM: "От|От кого|Отправитель",
        Label.DATE: "Дата|Отправлено|Дата отправки",
        Label.TO: "Кому|Получатель|Копия",
        Label.SUBJECT: "Тема",
    },
    "uk": {
        Label.FROM: "Від|Від кого|Відправник",
        Label.DATE: "Дата|Відправлено|Надіслано",
        Label.TO: "Кому|Копія|Одержувач",
        Label.SUBJECT: "Тема",
    },
    "bg": {
        Label.FROM: "От|Подател|Изпращач",
        Label.DATE: "Дата|Изпратено",
        Label.TO: "До|Копие|Получател",
        Label.SUBJECT: "Относно|Тема",
    },
    "he": {
        Label.FROM: "מאת|שולח",
        Label.DATE: "תאריך|נשלח|בתאריך",
        Label.TO: "אל|עותק|נמען",
        Label.SUBJECT: "נושא|הנדון",
    },
    "ar": {
        Label.FROM: "من|المرسل",
        Label.DATE: "التاريخ|تم الإرسال|تاريخ الإرسال",
        Label.TO: "إلى|نسخة|المستلم",
        Label.SUBJECT: "الموضوع",
    },
    "fa": {
        Label.FROM: "از|فرستنده",
        Label.DATE: "تاریخ",
        Label.TO: "به|گیرنده",
        Label.SUBJECT: "موضوع",
    },
    "hi": {
        Label.FROM: "प्रेषक",
        Label.DATE: "दिनांक",
        Label.TO: "प्रति",
        Label.SUBJECT: "विषय",
    },
    "th": {
        Label.FROM: "จาก|ผู้ส่ง",
        Label.DATE: "วันที่|ส่งเมื่อ|ส่ง",
        Label.TO: "ถึง|สำเนา",
        Label.SUBJECT: "เรื่อง|หัวเรื่อง|หัวข้อ",
    },
    "vi": {
        Label.FROM: "Từ|Người gửi",
        Label.DATE: "Ngày|Đã gửi|Thời gian|Đã gửi vào",
        Label.TO: "Đến|Tới|Người nhận",
        Label.SUBJECT: "Chủ đề|Tiêu đề",
    },
    "id": {
        Label.FROM: "Dari|Pengirim",
        Label.DATE: "Tanggal|Dikirim|Terkirim",
        Label.TO: "Kepada|Untuk|Ke",
        Label.SUBJECT: "Perihal|Subjek|Judul|Hal",
    },
    "ms": {
        Label.FROM: "Daripada",
        Label.DATE: "Tarikh|Dihantar",
        Label.TO: "Kepada",
        Label.SUBJECT: "Subjek",
    },
}
LANGUAGES = tuple(_BY_LANGUAGE)
_WRITTEN = tuple((word, label) for words in _BY_LANGUAGE.values() for label, written in words.items() for word in written.split("|"))
LABELS: dict[str, Label] = {word.casefold(): label for word, label in _WRITTEN}
# As written, the longest of two words that begin alike first.
WORDS = tuple(sorted({word for word, _ in _WRITTEN}, key=len, reverse=True))

# How a client marks the subject of what it forwards.
FORWARD_PREFIXES = (
    "fw|fwd|wg|wtr|tr|rv|enc|i|vs|vl|pd|doorst|továbbítás|tovább|přep|preposl|prosl|ilt|i̇lt|пересл|пересылка|fs|転送|转发|轉寄|轉發|전달|הועבר|fwded"
).split("|")
