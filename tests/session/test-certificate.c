/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read from one certificate: each field, the same as other tools print, and whatever a hostile server
 * may put there. */

#include <string.h>

#include "session/smtp-certificate.h"
#include "support/test-pki.h"

#define OID_NAMES      "2.5.29.17"
#define OID_TIMESTAMPS "1.3.6.1.4.1.11129.2.4.2"
#define OID_UNHEARD_OF "1.3.6.1.4.1.99999.1"

static SmtpCertificate *
read_bytes (const void *bytes,
            gsize       size)
{
  gnutls_datum_t der = { (guint8 *) bytes, (unsigned int) size };

  return smtp_certificate_read (&der);
}

static SmtpCertificate *
read_made (const TestCertificate *made)
{
  gsize size;
  const void *bytes = g_bytes_get_data (made->der, &size);

  return read_bytes (bytes, size);
}

static SmtpCertificate *
read_spec (TestPki                   *pki,
           const TestCertificateSpec *spec)
{
  SmtpCertificate *certificate = read_made (test_pki_make (pki, spec));

  g_assert_cmpstr (certificate->malformed, ==, NULL);

  return certificate;
}

static void
assert_list (char       **list,
             const char  *expected)
{
  g_autofree char *joined = g_strjoinv (" ", list);

  g_assert_cmpstr (joined, ==, expected);
}

/* The extension with three timestamps of which only the first two are whole, if @cut. */
static GBytes *
make_timestamps (gboolean cut)
{
  const guint8 list[] = { 0, 10, 0, 2, 'a', 'b', 0, 1, 'c', 0, cut ? 2 : 1, 'd' };

  return g_byte_array_free_to_bytes (test_der_bytes (0x04, list, sizeof list));
}

static void
test_fields (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autoptr (GBytes) timestamps = make_timestamps (FALSE);
  g_autoptr (SmtpCertificate) certificate = NULL;
  static const char *const names[] = {
    "DNS:mail.example.test", "DNS:*.example.test", "IP:192.0.2.1", "IP:2001:db8::1", "email:post@example.test",
    "URI:sip:mail.example.test", NULL,
  };
  static const char *const purposes[] = { GNUTLS_KP_TLS_WWW_SERVER, GNUTLS_KP_TLS_WWW_CLIENT, "1.2.3.4", NULL };
  static const guint8 serial[] = { 0x01, 0xab, 0x00 };
  TestCertificate *made = test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=mail.example.test,O=Größe\\, AG,C=DE", .names = names, .issuer = pki->intermediate,
    .serial = serial, .serial_size = sizeof serial, .usages = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT,
    .purposes = purposes, .must_staple = TRUE, .ocsp_uri = "http://ocsp.example.test/",
    .issuer_uri = "http://ca.example.test/ca.der", .crl_uri = "http://ca.example.test/ca.crl",
    .extension = OID_TIMESTAMPS, .extension_data = timestamps, .curve = GNUTLS_ECC_CURVE_SECP384R1,
    .hash = GNUTLS_DIG_SHA384,
  });

  certificate = read_made (made);
  g_assert_cmpstr (certificate->malformed, ==, NULL);
  g_assert_true (g_bytes_equal (certificate->der, made->der));
  g_assert_cmpstr (certificate->subject, ==, "CN=mail.example.test,O=Größe\\, AG,C=DE");
  g_assert_cmpstr (certificate->issuer, ==, "CN=Test Intermediate,O=Test");
  assert_list (certificate->names, "DNS:mail.example.test DNS:*.example.test IP:192.0.2.1 IP:2001:db8::1 "
               "email:post@example.test URI:sip:mail.example.test");
  g_assert_cmpstr (certificate->serial, ==, "01:AB:00");
  g_assert_cmpint (certificate->not_before, ==, pki->now - TEST_PKI_DAY);
  g_assert_cmpint (certificate->not_after, ==, pki->now + 90 * TEST_PKI_DAY);
  g_assert_cmpstr (certificate->key_type, ==, "EC/ECDSA");
  g_assert_cmpuint (certificate->key_bits, ==, 384);
  g_assert_cmpstr (certificate->key_curve, ==, "SECP384R1");
  g_assert_cmpstr (certificate->signature, ==, "ECDSA-SHA384");
  g_assert_cmpint (certificate->version, ==, 3);
  g_assert_false (certificate->is_ca);
  g_assert_cmpint (certificate->path_length, ==, -1);
  assert_list (certificate->key_usages, "digitalSignature keyAgreement");
  assert_list (certificate->purposes, "serverAuth clientAuth 1.2.3.4");
  assert_list (certificate->ocsp_uris, "http://ocsp.example.test/");
  assert_list (certificate->issuer_uris, "http://ca.example.test/ca.der");
  assert_list (certificate->crl_uris, "http://ca.example.test/ca.crl");
  g_assert_true (certificate->must_staple);
  g_assert_cmpuint (certificate->n_scts, ==, 3);
}

static void
test_authority (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autoptr (SmtpCertificate) certificate = read_made (pki->intermediate);
  g_autoptr (SmtpCertificate) rsa = read_spec (pki, &(TestCertificateSpec) { .subject = "CN=x", .rsa_bits = 2048 });

  g_assert_true (certificate->is_ca);
  g_assert_cmpint (certificate->path_length, ==, 0);
  assert_list (certificate->key_usages, "keyCertSign cRLSign");

  g_assert_cmpstr (rsa->key_type, ==, "RSA");
  g_assert_cmpuint (rsa->key_bits, ==, 2048);
  g_assert_cmpstr (rsa->key_curve, ==, NULL);
  g_assert_cmpstr (rsa->signature, ==, "RSA-SHA256");
  g_assert_false (rsa->must_staple);
  g_assert_cmpuint (rsa->n_scts, ==, 0);
  assert_list (rsa->names, "");
  assert_list (rsa->key_usages, "");
  assert_list (rsa->purposes, "");
  assert_list (rsa->ocsp_uris, "");
  assert_list (rsa->issuer_uris, "");
  assert_list (rsa->crl_uris, "");
}

static char *
run_tool (const char *const *arguments,
          GBytes            *input)
{
  g_autoptr (GSubprocess) tool = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = NULL;

  tool = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                            G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (tool, input, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (tool));

  return g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
}

static void
assert_contains (const char *text,
                 const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("no \"%s\" in:\n%s", part, text);
}

static char *
without (const char *text,
         const char *unwanted)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (strchr (unwanted, *text) == NULL)
        g_string_append_c (out, *text);
    }

  return g_string_free (out, FALSE);
}

/* The same facts as OpenSSL and GnuTLS's own tool print. */
static void
compare_with_tools (const TestCertificate *made)
{
  static const char *const openssl[] = {
    "openssl", "x509", "-inform", "DER", "-noout", "-serial", "-fingerprint", "-sha256", "-dateopt", "iso_8601",
    "-dates", "-subject", "-issuer", "-nameopt", "RFC2253,-esc_msb,utf8", NULL,
  };
  static const char *const openssl_sha1[] = {
    "openssl", "x509", "-inform", "DER", "-noout", "-fingerprint", "-sha1", NULL,
  };
  static const char *const certtool[] = { "certtool", "-i", "--inder", NULL };
  g_autoptr (SmtpCertificate) certificate = read_made (made);
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (certificate->not_before);
  g_autoptr (GDateTime) until = g_date_time_new_from_unix_utc (certificate->not_after);
  g_autofree char *printed = run_tool (openssl, made->der);
  g_autofree char *printed_sha1 = run_tool (openssl_sha1, made->der);
  g_autofree char *printed_certtool = run_tool (certtool, made->der);
  g_autofree char *serial = without (certificate->serial, ":");
  g_autofree char *expected = g_date_time_format (from, "%Y-%m-%d %H:%M:%SZ");
  g_autofree char *expected_until = g_date_time_format (until, "%Y-%m-%d %H:%M:%SZ");
  g_autofree char *facts = g_strdup_printf ("serial=%s\nsha256 Fingerprint=%s\nnotBefore=%s\nnotAfter=%s\n"
                                            "subject=%s\nissuer=%s\n", serial, certificate->sha256, expected,
                                            expected_until, certificate->subject, certificate->issuer);
  g_autofree char *sha1 = g_strdup_printf ("sha1 Fingerprint=%s\n", certificate->sha1);
  g_autofree char *pin = g_strdup_printf ("sha256:%s\n", certificate->spki_sha256);
  g_autofree char *signature = g_strdup_printf ("Signature Algorithm: %s\n", certificate->signature);
  g_autofree char *subject = g_strdup_printf ("Subject: %s\n", certificate->subject);

  g_assert_cmpstr (printed, ==, facts);
  g_assert_cmpstr (printed_sha1, ==, sha1);
  assert_contains (printed_certtool, pin);
  assert_contains (printed_certtool, certificate->key_type);
  assert_contains (printed_certtool, signature);
  assert_contains (printed_certtool, subject);
}

static void
test_tools (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autofree char *certtool = g_find_program_in_path ("certtool");
  static const guint8 long_serial[] = { 0x00, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };
  static const guint8 negative[] = { 0xff, 0x00, 0x00 };

  if (openssl == NULL || certtool == NULL)
    {
      g_test_skip ("openssl or certtool is not installed");
      return;
    }

  compare_with_tools (pki->root);
  compare_with_tools (pki->intermediate);
  compare_with_tools (test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=a\\+b,OU=\\#1,O=Größe\\, AG", .rsa_bits = 2048, .serial = long_serial,
    .serial_size = sizeof long_serial,
  }));
  compare_with_tools (test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=x", .serial = negative, .serial_size = sizeof negative, .curve = GNUTLS_ECC_CURVE_SECP521R1,
    .hash = GNUTLS_DIG_SHA512,
  }));
}

static void
test_serial (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  guint8 huge[300];
  g_autofree char *start = NULL;
  static const struct
  {
    guint8      bytes[4];
    gsize       size;
    const char *shown;
  } cases[] = {
    { { 0x7f }, 1, "7F" },
    { { 0x00, 0x80 }, 2, "80" },
    { { 0xff }, 1, "-01" },
    { { 0x80, 0x00 }, 2, "-80:00" },
    { { 0xff, 0x00, 0x00 }, 3, "-01:00:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmtpCertificate) certificate = read_spec (pki, &(TestCertificateSpec) {
        .subject = "CN=x", .serial = cases[i].bytes, .serial_size = cases[i].size,
      });

      g_assert_cmpstr (certificate->serial, ==, cases[i].shown);
    }

  memset (huge, 0x11, sizeof huge);
  {
    g_autoptr (SmtpCertificate) certificate = read_spec (pki, &(TestCertificateSpec) {
      .subject = "CN=x", .serial = huge, .serial_size = sizeof huge,
    });

    g_assert_true (g_str_has_suffix (certificate->serial, ":11… (300 bytes)"));
    g_assert_cmpuint (strlen (certificate->serial), ==, 64 * 3 - 1 + strlen ("… (300 bytes)"));
  }
}

/* An extension of subject alternative names with anything in it. */
static GBytes *
make_names (const char *const *names,
            const gsize       *sizes,
            guint              n)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GByteArray) one = test_der_bytes (0x82, names[i], sizes[i]);

      g_byte_array_append (all, one->data, one->len);
    }

  return g_byte_array_free_to_bytes (test_der_bytes (0x30, all->data, all->len));
}

static void
test_hostile_names (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autofree char *long_name = g_strnfill (5000, 'x');
  static const char common_name[] = "a\nb\x1b[31m\xe2\x80\xae" "moc";
  const char *names[] = { "mail.example.test\0.evil.test", "a\r\nb", "\xe2\x80\xae" "abc", "\xff\xfe", long_name };
  const gsize sizes[] = { 28, 4, 6, 2, 5000 };
  g_autoptr (GBytes) extension = make_names (names, sizes, G_N_ELEMENTS (names));
  g_autoptr (SmtpCertificate) certificate = read_spec (pki, &(TestCertificateSpec) {
    .common_name = common_name, .common_name_size = sizeof common_name - 1,
    .extension = OID_NAMES, .extension_data = extension,
  });

  g_assert_cmpstr (certificate->subject, ==, "CN=a\\x0Ab\\x1B[31m\\u{202E}moc");
  g_assert_cmpuint (g_strv_length (certificate->names), ==, 5);
  g_assert_cmpstr (certificate->names[0], ==, "DNS:mail.example.test\\x00.evil.test");
  g_assert_cmpstr (certificate->names[1], ==, "DNS:a\\x0D\\x0Ab");
  g_assert_cmpstr (certificate->names[2], ==, "DNS:\\u{202E}abc");
  g_assert_cmpstr (certificate->names[3], ==, "DNS:\\xFF\\xFE");
  g_assert_true (g_str_has_suffix (certificate->names[4], "x… (5000 bytes)"));
  g_assert_cmpuint (strlen (certificate->names[4]), <, 1100);
}

static void
test_many_names (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  const char *names[300];
  gsize sizes[300];
  g_autoptr (GBytes) extension = NULL;
  g_autoptr (SmtpCertificate) certificate = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      names[i] = "a.example.test";
      sizes[i] = strlen (names[i]);
    }
  extension = make_names (names, sizes, G_N_ELEMENTS (names));
  certificate = read_spec (pki, &(TestCertificateSpec) {
    .subject = "CN=x", .extension = OID_NAMES, .extension_data = extension,
  });

  g_assert_cmpuint (g_strv_length (certificate->names), ==, 201);
  g_assert_cmpstr (certificate->names[199], ==, "DNS:a.example.test");
  g_assert_cmpstr (certificate->names[200], ==, "… 100 more");
}

/* A certificate without a subject, with an end of time, and with a name that is too long to be taken apart. */
static void
test_odd_fields (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autofree char *long_name = g_strnfill (20000, 'x');
  g_autoptr (GBytes) timestamps = make_timestamps (TRUE);
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("rubbish", 7);
  g_autoptr (SmtpCertificate) forever = read_spec (pki, &(TestCertificateSpec) {
    .until = G_GINT64_CONSTANT (253402300799) - pki->now,
  });
  g_autoptr (SmtpCertificate) named = read_spec (pki, &(TestCertificateSpec) {
    .common_name = long_name, .common_name_size = 20000, .extension = OID_TIMESTAMPS, .extension_data = timestamps,
  });
  g_autoptr (SmtpCertificate) unread = read_spec (pki, &(TestCertificateSpec) {
    .subject = "CN=x", .extension = "2.5.29.31", .extension_data = rubbish,
  });

  g_assert_cmpstr (forever->subject, ==, "");
  g_assert_cmpstr (forever->issuer, ==, "");
  g_assert_cmpint (forever->not_after, ==, G_GINT64_CONSTANT (253402300799));
  g_assert_cmpstr (named->subject, ==, "… (20021 bytes)");
  g_assert_cmpuint (named->n_scts, ==, 2);
  assert_list (unread->crl_uris, "");
}

static GByteArray *
copy_of (const TestCertificate *made)
{
  GByteArray *copy = g_byte_array_new ();

  g_byte_array_append (copy, g_bytes_get_data (made->der, NULL), (guint) g_bytes_get_size (made->der));

  return copy;
}

/* Replaces the last occurrence of some bytes. */
static void
patch (GByteArray *bytes,
       const void *old,
       const void *new,
       gsize       size)
{
  for (gsize at = bytes->len - size; at > 0; at--)
    {
      if (memcmp (bytes->data + at, old, size) == 0)
        {
          memcpy (bytes->data + at, new, size);
          return;
        }
    }

  g_assert_not_reached ();
}

static void
test_unknown_key (void)
{
  static const guint8 ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
  static const guint8 no_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x7f };
  static const guint8 p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
  static const guint8 no_curve[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x7f };
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autoptr (GByteArray) key = copy_of (pki->root);
  g_autoptr (GByteArray) curve = copy_of (pki->root);
  g_autoptr (SmtpCertificate) known = read_made (pki->root);
  g_autoptr (SmtpCertificate) unknown_key = NULL;
  g_autoptr (SmtpCertificate) unknown_curve = NULL;

  patch (key, ec_key, no_key, sizeof ec_key);
  unknown_key = read_bytes (key->data, key->len);
  g_assert_cmpstr (unknown_key->malformed, ==, NULL);
  g_assert_cmpstr (unknown_key->key_type, ==, "1.2.840.10045.2.127");
  g_assert_cmpuint (unknown_key->key_bits, ==, 0);
  g_assert_cmpstr (unknown_key->key_curve, ==, NULL);
  g_assert_cmpstr (unknown_key->subject, ==, "CN=Test Root,O=Test");
  g_assert_cmpuint (strlen (unknown_key->spki_sha256), ==, 64);
  g_assert_cmpstr (unknown_key->spki_sha256, !=, known->spki_sha256);

  patch (curve, p256, no_curve, sizeof p256);
  unknown_curve = read_bytes (curve->data, curve->len);
  g_assert_cmpstr (unknown_curve->malformed, ==, NULL);
  g_assert_cmpstr (unknown_curve->key_curve, ==, NULL);
}

static void
test_unknown_signature (void)
{
  static const guint8 known[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
  static const guint8 unknown[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x7f };
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autoptr (GByteArray) bytes = copy_of (pki->root);
  g_autoptr (SmtpCertificate) certificate = NULL;

  /* Inside and outside of what is signed. */
  patch (bytes, known, unknown, sizeof known);
  patch (bytes, known, unknown, sizeof known);
  certificate = read_bytes (bytes->data, bytes->len);
  g_assert_cmpstr (certificate->malformed, ==, NULL);
  g_assert_cmpstr (certificate->signature, ==, "1.2.840.10045.4.3.127");
}

static void
assert_malformed (const void *bytes,
                  gsize       size)
{
  g_autoptr (SmtpCertificate) certificate = read_bytes (bytes, size);

  g_assert_cmpstr (certificate->malformed, !=, NULL);
  g_assert_cmpstr (certificate->malformed, !=, "");
  g_assert_cmpstr (certificate->subject, ==, NULL);
  g_assert_null (certificate->names);
  g_assert_cmpstr (certificate->sha256, ==, NULL);
}

static void
test_malformed (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autoptr (GByteArray) bytes = copy_of (pki->root);
  g_autofree guint8 *huge = g_malloc0 (SMTP_CERTIFICATE_MOST_SIZE + 1);
  g_autoptr (SmtpCertificate) over = NULL;
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (pki->now - 30 * TEST_PKI_DAY);
  g_autofree char *time = g_date_time_format (from, "%y%m%d%H%M%SZ");
  g_autofree char *no_time = g_strdup (time);

  for (gsize size = 0; size < bytes->len; size++)
    {
      g_autofree guint8 *exact = g_memdup2 (bytes->data, size);

      assert_malformed (exact, size);
    }

  memcpy (no_time + 2, "13", 2);
  patch (bytes, time, no_time, strlen (time));
  assert_malformed (bytes->data, bytes->len);

  over = read_bytes (huge, SMTP_CERTIFICATE_MOST_SIZE + 1);
  g_assert_cmpstr (over->malformed, ==, "1048577 bytes are too many");
  g_assert_cmpuint (g_bytes_get_size (over->der), ==, 0);
}

/* Every single byte changed: it must be read or refused, under the sanitizers, too. */
static void
test_changed_bytes (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  TestChain chain;
  guint n_read = 0;
  g_autoptr (GByteArray) bytes = NULL;

  test_pki_make_chain (pki, "muststaple", &chain);
  bytes = copy_of (chain.certificates[0]);
  for (guint i = 0; i < bytes->len; i++)
    {
      static const guint8 changes[] = { 0x01, 0x80, 0xff };

      for (guint k = 0; k < G_N_ELEMENTS (changes); k++)
        {
          g_autoptr (SmtpCertificate) certificate = NULL;

          bytes->data[i] ^= changes[k];
          certificate = read_bytes (bytes->data, bytes->len);
          bytes->data[i] ^= changes[k];
          if (certificate->malformed != NULL)
            continue;
          g_assert_true (g_utf8_validate (certificate->subject, -1, NULL));
          n_read++;
        }
    }
  g_assert_cmpuint (n_read, >, bytes->len / 2);
}

/* What would keep the library busy for long is not given to it. */
static void
test_excess (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autofree char *long_text = g_strnfill (140000, 'x');
  const char *text = long_text;
  const gsize size = 140000;
  g_autoptr (GBytes) long_names = make_names (&text, &size, 1);
  g_autoptr (GBytes) long_purposes = g_bytes_new (long_text, 17000);
  g_autoptr (SmtpCertificate) name = read_made (test_pki_make (pki, &(TestCertificateSpec) {
    .common_name = long_text, .common_name_size = 40000,
  }));
  g_autoptr (SmtpCertificate) names = read_made (test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=x", .extension = OID_NAMES, .extension_data = long_names,
  }));
  g_autoptr (SmtpCertificate) purposes = read_made (test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=x", .extension = "2.5.29.37", .extension_data = long_purposes,
  }));

  g_assert_cmpstr (name->malformed, ==, "a name of 40021 bytes");
  g_assert_cmpstr (names->malformed, ==, "an extension of 140015 bytes");
  g_assert_cmpstr (purposes->malformed, ==, "an extension of 17004 bytes");
}

static void
test_large (void)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  gsize size = SMTP_CERTIFICATE_MOST_SIZE - 1000;
  g_autofree guint8 *zeros = g_malloc0 (size);
  g_autoptr (GBytes) data = g_bytes_new (zeros, size);
  g_autoptr (SmtpCertificate) certificate = read_spec (pki, &(TestCertificateSpec) {
    .subject = "CN=large", .extension = OID_UNHEARD_OF, .extension_data = data,
  });

  g_assert_cmpuint (g_bytes_get_size (certificate->der), >, size);
  g_assert_cmpstr (certificate->subject, ==, "CN=large");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate/fields", test_fields);
  g_test_add_func ("/certificate/authority", test_authority);
  g_test_add_func ("/certificate/tools", test_tools);
  g_test_add_func ("/certificate/serial", test_serial);
  g_test_add_func ("/certificate/hostile-names", test_hostile_names);
  g_test_add_func ("/certificate/many-names", test_many_names);
  g_test_add_func ("/certificate/odd-fields", test_odd_fields);
  g_test_add_func ("/certificate/unknown-key", test_unknown_key);
  g_test_add_func ("/certificate/unknown-signature", test_unknown_signature);
  g_test_add_func ("/certificate/malformed", test_malformed);
  g_test_add_func ("/certificate/changed-bytes", test_changed_bytes);
  g_test_add_func ("/certificate/excess", test_excess);
  g_test_add_func ("/certificate/large", test_large);

  return g_test_run ();
}
