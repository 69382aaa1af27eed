/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server sends of certificates: blocks, each after its length in two bytes. In the first byte of the
 * input, bit 0 says that the first block is a stapled answer, and bit 1 that the last one is trusted. Whatever
 * it is: it is read or refused, what is shown is fit to be shown, and nothing becomes trusted by accident. */

#include "fuzz.h"
#include "session/smtp-certificate.h"

#define MOST_BLOCKS 12
#define NOW         G_GINT64_CONSTANT (1795650000)

#define HAS_STAPLE 1
#define HAS_TRUST  2

static guint
split (const uint8_t  *data,
       size_t          size,
       gnutls_datum_t *blocks)
{
  guint n = 0;

  while (size >= 2 && n < MOST_BLOCKS)
    {
      size_t length = MIN ((size_t) (data[0] << 8 | data[1]), size - 2);

      blocks[n].data = (unsigned char *) data + 2;
      blocks[n].size = (unsigned int) length;
      n++;
      data += 2 + length;
      size -= 2 + length;
    }

  return n;
}

static SmtpTrust *
trust_in (const gnutls_datum_t *block)
{
  SmtpTrust *trust = smtp_trust_new ();
  g_autofree char *text = g_base64_encode (block->data, block->size);
  g_autofree char *pem = g_strconcat ("-----BEGIN CERTIFICATE-----\n", text, "\n-----END CERTIFICATE-----\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (pem, strlen (pem));

  smtp_trust_add_pem (trust, bytes, NULL);

  return trust;
}

static void
look_at (const char *text)
{
  if (text == NULL)
    return;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
}

static void
look_at_all (char **texts)
{
  guint n = 0;

  for (; texts[n] != NULL; n++)
    look_at (texts[n]);
  g_assert_cmpuint (n, <=, 201);
}

static void
look_at_certificate (const SmtpCertificate *certificate)
{
  look_at (certificate->malformed);
  if (certificate->malformed != NULL)
    return;

  look_at (certificate->subject);
  look_at (certificate->issuer);
  look_at (certificate->serial);
  look_at (certificate->key_type);
  look_at (certificate->key_curve);
  look_at (certificate->signature);
  look_at_all (certificate->names);
  look_at_all (certificate->key_usages);
  look_at_all (certificate->purposes);
  look_at_all (certificate->ocsp_uris);
  look_at_all (certificate->crl_uris);
  look_at_all (certificate->issuer_uris);
  g_assert_cmpuint (strlen (certificate->sha256), ==, 95);
  g_assert_cmpuint (strlen (certificate->sha1), ==, 59);
  g_assert_cmpuint (strlen (certificate->spki_sha256), ==, 64);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  gnutls_datum_t blocks[MOST_BLOCKS];
  gnutls_datum_t *chain = blocks;
  guint n = size > 0 ? split (data + 1, size - 1, blocks) : 0;
  const gnutls_datum_t *staple = NULL;
  g_autoptr (SmtpTrust) trust = NULL;
  g_autoptr (SmtpTlsInfo) info = smtp_tls_info_new ();

  if (n > 0 && (data[0] & HAS_STAPLE) != 0)
    {
      staple = chain++;
      n--;
    }
  if (n > 0 && (data[0] & HAS_TRUST) != 0)
    trust = trust_in (&chain[--n]);

  smtp_certificate_check (info, chain, n, staple, trust, "mail.example.test", NOW);

  g_assert_cmpuint (info->chain->len, ==, n);
  for (guint i = 0; i < n; i++)
    look_at_certificate (info->chain->pdata[i]);
  for (guint i = 0; i < info->faults->len; i++)
    look_at (((SmtpTlsFault *) info->faults->pdata[i])->detail);
  if (g_str_equal (smtp_trust_describe (trust), "nothing"))
    g_assert_cmpuint (info->faults->len, >, 0);

  return 0;
}
