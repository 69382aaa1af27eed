/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-survey-offer.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define TO_1_2 0x0e  /* bits 1 << SmtpTlsVersion */
#define ONLY_1_2 0x08
#define ONLY_1_3 0x10
#define FROM_1_2 0x18

static const gnutls_protocol_t protocols[SMTP_SURVEY_N_VERSIONS] = {
  GNUTLS_VERSION_UNKNOWN, GNUTLS_TLS1_0, GNUTLS_TLS1_1, GNUTLS_TLS1_2, GNUTLS_TLS1_3,
};

/* Those of the library that need neither a password nor a key that both sides have. */
static const char *const kxs[] = {
  "ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA", "DHE-DSS", "RSA", "ANON-ECDH", "ANON-DH", "VKO-GOST-12",
};

/* How the registry has the library's words. https://www.iana.org/assignments/tls-parameters/ */
static const struct
{
  const char *ours;
  const char *registered;
} suite_words[] = {
  { "ECDHE-ECDSA", "ECDHE_ECDSA" }, { "ECDHE-RSA", "ECDHE_RSA" }, { "DHE-RSA", "DHE_RSA" }, { "DHE-DSS", "DHE_DSS" },
  { "ANON-ECDH", "ECDH_anon" }, { "ANON-DH", "DH_anon" }, { "VKO-GOST-12", "GOSTR341112_256" },
  { "3DES-CBC", "3DES_EDE_CBC" }, { "ARCFOUR-128", "RC4_128" }, { "GOST28147-TC26Z-CNT", "28147_CNT" },
  { "SHA1", "SHA" }, { "GOST28147-TC26Z-IMIT", "IMIT" },
};

static const struct
{
  const char *ours;
  const char *registered;
  guint       versions;
} groups[] = {
  { "X25519", "x25519", FROM_1_2 | TO_1_2 },       { "SECP256R1", "secp256r1", FROM_1_2 | TO_1_2 },
  { "SECP384R1", "secp384r1", FROM_1_2 | TO_1_2 }, { "SECP521R1", "secp521r1", FROM_1_2 | TO_1_2 },
  { "X448", "x448", FROM_1_2 | TO_1_2 },           { "SECP224R1", "secp224r1", TO_1_2 },
  { "SECP192R1", "secp192r1", TO_1_2 },
  /* Offered before TLS 1.3 they would hide the groups that a server has of its own (RFC 7919 section 4). */
  { "FFDHE2048", "ffdhe2048", ONLY_1_3 },          { "FFDHE3072", "ffdhe3072", ONLY_1_3 },
  { "FFDHE4096", "ffdhe4096", ONLY_1_3 },          { "FFDHE6144", "ffdhe6144", ONLY_1_3 },
  { "FFDHE8192", "ffdhe8192", ONLY_1_3 },
};

static const struct
{
  const char *ours;
  const char *registered;
  guint       versions;
} signatures[] = {
  { "ECDSA-SECP256R1-SHA256", "ecdsa_secp256r1_sha256", ONLY_1_3 }, { "ECDSA-SHA256", "ecdsa_secp256r1_sha256", TO_1_2 },
  { "ECDSA-SECP384R1-SHA384", "ecdsa_secp384r1_sha384", ONLY_1_3 }, { "ECDSA-SHA384", "ecdsa_secp384r1_sha384", TO_1_2 },
  { "ECDSA-SECP521R1-SHA512", "ecdsa_secp521r1_sha512", ONLY_1_3 }, { "ECDSA-SHA512", "ecdsa_secp521r1_sha512", TO_1_2 },
  { "EdDSA-Ed25519", "ed25519", FROM_1_2 },
  { "EdDSA-Ed448", "ed448", FROM_1_2 },
  { "RSA-PSS-RSAE-SHA256", "rsa_pss_rsae_sha256", FROM_1_2 },
  { "RSA-PSS-RSAE-SHA384", "rsa_pss_rsae_sha384", FROM_1_2 },
  { "RSA-PSS-RSAE-SHA512", "rsa_pss_rsae_sha512", FROM_1_2 },
  { "RSA-PSS-SHA256", "rsa_pss_pss_sha256", FROM_1_2 },
  { "RSA-PSS-SHA384", "rsa_pss_pss_sha384", FROM_1_2 },
  { "RSA-PSS-SHA512", "rsa_pss_pss_sha512", FROM_1_2 },
  { "RSA-SHA256", "rsa_pkcs1_sha256", TO_1_2 },
  { "RSA-SHA384", "rsa_pkcs1_sha384", TO_1_2 },
  { "RSA-SHA512", "rsa_pkcs1_sha512", TO_1_2 },
  { "DSA-SHA256", "dsa_sha256", TO_1_2 },
  { "DSA-SHA384", "dsa_sha384", TO_1_2 },
  { "DSA-SHA512", "dsa_sha512", TO_1_2 },
  { "ECDSA-SHA224", "ecdsa_sha224", TO_1_2 },
  { "RSA-SHA224", "rsa_pkcs1_sha224", TO_1_2 },
  { "DSA-SHA224", "dsa_sha224", TO_1_2 },
  { "ECDSA-SHA1", "ecdsa_sha1", TO_1_2 },
  { "RSA-SHA1", "rsa_pkcs1_sha1", TO_1_2 },
  { "DSA-SHA1", "dsa_sha1", TO_1_2 },
  { "RSA-MD5", "rsa_pkcs1_md5", TO_1_2 },
};

/* What no version of the library has, and what it may have lost. @cipher or @kx: there if there is a suite of it. */
static const struct
{
  SmtpSurveyKind  kind;
  const char     *name;
  const char     *kx;
  const char     *cipher;
} rarities[] = {
  { SMTP_SURVEY_VERSION, "SSL 3.0", NULL, NULL },
  { SMTP_SURVEY_VERSION, "SSL 2.0", NULL, NULL },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_RC4_*", NULL, "ARCFOUR-128" },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_3DES_*", NULL, "3DES-CBC" },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_NULL_*", NULL, "NULL" },
  { SMTP_SURVEY_SUITE, "TLS_*_anon_*", "ANON-DH", NULL },
  { SMTP_SURVEY_SUITE, "TLS_*_EXPORT_*", NULL, NULL },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_DES_*", NULL, NULL },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_IDEA_*", NULL, NULL },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_SEED_*", NULL, NULL },
  { SMTP_SURVEY_SUITE, "TLS_*_WITH_ARIA_*", NULL, NULL },
  { SMTP_SURVEY_SUITE, "TLS_DH_*, TLS_ECDH_* (static)", NULL, NULL },
};

static const char *
to_registered (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (suite_words); i++)
    {
      if (strcmp (suite_words[i].ours, word) == 0)
        return suite_words[i].registered;
    }

  return word;
}

/* The library's name of a suite ends in the hash also where its MAC is "AEAD", except for CCM, which the registry
 * has without (RFC 6655). */
static char *
name_suite (const char *ours,
            const char *kx,
            const char *cipher,
            const char *mac)
{
  const char *last = strrchr (ours, '_');
  g_autofree char *words = NULL;

  if (*kx == '\0')
    return g_strdup (ours);

  words = g_strdup (to_registered (cipher));
  g_strdelimit (words, "-", '_');
  if (strcmp (mac, "AEAD") != 0)
    return g_strdup_printf ("TLS_%s_WITH_%s_%s", to_registered (kx), words, to_registered (mac));
  if (strstr (cipher, "CCM") != NULL)
    return g_strdup_printf ("TLS_%s_WITH_%s", to_registered (kx), words);
  if (strstr (cipher, "CHACHA20") != NULL)
    return g_strdup_printf ("TLS_%s_WITH_%s_SHA256", to_registered (kx), words);

  return g_strdup_printf ("TLS_%s_WITH_%s%s", to_registered (kx), words, last);
}

/* What is best is offered first: a server that leaves the choice to us is to be seen at its best. */
static void
append_ciphers (GString                         *text,
                SmtpTlsVersion                   version,
                const gnutls_cipher_algorithm_t *ciphers,
                gboolean                         good)
{
  for (int i = 0; ciphers[i] != 0; i++)
    {
      const char *name = gnutls_cipher_get_name (ciphers[i]);

      if ((strstr (name, "GCM") != NULL || strstr (name, "POLY1305") != NULL) != good)
        continue;
      /* The library takes TLS 1.3 out where no encryption is offered. */
      if (version == SMTP_TLS_VERSION_1_3 && ciphers[i] == GNUTLS_CIPHER_NULL)
        continue;
      g_string_append_printf (text, ":+%s", name);
    }
}

static void
append_all (GString        *text,
            SmtpTlsVersion  version)
{
  const gnutls_cipher_algorithm_t *ciphers = gnutls_cipher_list ();
  const gnutls_mac_algorithm_t *macs = gnutls_mac_list ();

  append_ciphers (text, version, ciphers, TRUE);
  append_ciphers (text, version, ciphers, FALSE);
  for (int i = 0; macs[i] != 0; i++)
    g_string_append_printf (text, ":+%s", gnutls_mac_get_name (macs[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      if ((groups[i].versions & 1u << version) != 0)
        g_string_append_printf (text, ":+GROUP-%s", groups[i].ours);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      if ((signatures[i].versions & 1u << version) != 0)
        g_string_append_printf (text, ":+SIGN-%s", signatures[i].ours);
    }
}

/* Everything there is in a version; what the machine's policy forbids drops out by itself. (nullable) */
static gnutls_priority_t
make_priority (SmtpTlsVersion version)
{
  g_autoptr (GString) text = g_string_new ("NONE:+CTYPE-X509:+COMP-NULL:+VERS-");
  gnutls_priority_t priority;
  const unsigned int *list;

  g_string_append (text, gnutls_protocol_get_name (protocols[version]));
  /* The library takes TLS 1.3 out where there are key exchanges that it has not; the first three do for it. */
  for (gsize i = 0; i < (version == SMTP_TLS_VERSION_1_3 ? 3 : G_N_ELEMENTS (kxs)); i++)
    {
      if (gnutls_kx_get_id (kxs[i]) != GNUTLS_KX_UNKNOWN)
        g_string_append_printf (text, ":+%s", kxs[i]);
    }
  append_all (text, version);

  if (gnutls_priority_init (&priority, text->str, NULL) < 0)
    return NULL;
  if (gnutls_priority_protocol_list (priority, &list) == 1 && list[0] == protocols[version])
    return priority;

  gnutls_priority_deinit (priority);

  return NULL;
}

static void
add_suites (SmtpSurveyCatalogue *catalogue,
            SmtpTlsVersion       version,
            gnutls_priority_t    priority)
{
  unsigned int index;
  int code;

  for (unsigned int i = 0;
       (code = gnutls_priority_get_cipher_suite_index (priority, i, &index)) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE; i++)
    {
      unsigned char id[2];
      gnutls_kx_algorithm_t kx;
      gnutls_cipher_algorithm_t cipher;
      gnutls_mac_algorithm_t mac;
      gnutls_protocol_t from;
      const char *name;

      if (code < 0)
        continue;

      name = gnutls_cipher_suite_info (index, id, &kx, &cipher, &mac, &from);
      if (name != NULL && from <= protocols[version] && (from == GNUTLS_TLS1_3) == (version == SMTP_TLS_VERSION_1_3))
        {
          const char *kx_name = kx != GNUTLS_KX_UNKNOWN ? gnutls_kx_get_name (kx) : "";
          const char *cipher_name = gnutls_cipher_get_name (cipher);
          const char *mac_name = gnutls_mac_get_name (mac);
          g_autofree char *registered = name_suite (name, kx_name, cipher_name, mac_name);

          smtp_survey_catalogue_add_suite (catalogue, version, registered, kx_name, cipher_name, mac_name);
        }
    }
}

static gboolean
has_id (const unsigned int *list,
        int                 n,
        unsigned int        id)
{
  for (int i = 0; i < n; i++)
    {
      if (list[i] == id)
        return TRUE;
    }

  return FALSE;
}

static void
add_items (SmtpSurveyCatalogue *catalogue,
           SmtpTlsVersion       version,
           gnutls_priority_t    priority)
{
  const unsigned int *list;
  int n;

  n = gnutls_priority_group_list (priority, &list);
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      if ((groups[i].versions & 1u << version) != 0 && has_id (list, n, gnutls_group_get_id (groups[i].ours)))
        smtp_survey_catalogue_add_group (catalogue, version, groups[i].registered, groups[i].ours);
    }

  n = gnutls_priority_sign_list (priority, &list);
  for (gsize i = 0; i < G_N_ELEMENTS (signatures) && version >= SMTP_TLS_VERSION_1_2; i++)
    {
      if ((signatures[i].versions & 1u << version) != 0 && has_id (list, n, gnutls_sign_get_id (signatures[i].ours)))
        smtp_survey_catalogue_add_signature (catalogue, version, signatures[i].registered, signatures[i].ours);
    }
}

static gboolean
has_word (GPtrArray  *words,
          const char *word)
{
  return word != NULL && g_ptr_array_find_with_equal_func (words, word, g_str_equal, NULL);
}

/* Whether the library itself has it, so that it is the policy that keeps it back. */
static gboolean
is_in_library (const char *kx,
               const char *cipher)
{
  return (kx != NULL && gnutls_kx_get_id (kx) != GNUTLS_KX_UNKNOWN) ||
         (cipher != NULL && gnutls_cipher_get_id (cipher) != GNUTLS_CIPHER_UNKNOWN);
}

static gboolean
has_item (GPtrArray  *items,
          const char *name)
{
  for (guint i = 0; i < items->len; i++)
    {
      if (strcmp (((SmtpSurveyItem *) items->pdata[i])->name, name) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
add_missing (SmtpSurveyCatalogue *catalogue)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rarities); i++)
    {
      if (!has_word (catalogue->kxs, rarities[i].kx) && !has_word (catalogue->ciphers, rarities[i].cipher))
        smtp_survey_catalogue_add_missing (catalogue, rarities[i].kind, rarities[i].name,
                                           is_in_library (rarities[i].kx, rarities[i].cipher));
    }

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      if (!has_item (catalogue->groups, groups[i].registered))
        smtp_survey_catalogue_add_missing (catalogue, SMTP_SURVEY_GROUP, groups[i].registered,
                                           gnutls_group_get_id (groups[i].ours) != GNUTLS_GROUP_INVALID);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      if (!has_item (catalogue->signatures, signatures[i].registered) &&
          (i == 0 || strcmp (signatures[i].registered, signatures[i - 1].registered) != 0))
        smtp_survey_catalogue_add_missing (catalogue, SMTP_SURVEY_SIGNATURE, signatures[i].registered,
                                           gnutls_sign_get_id (signatures[i].ours) != GNUTLS_SIGN_UNKNOWN);
    }
}

/**
 * smtp_survey_offer_new:
 *
 * Returns: (transfer full): what can be offered from here
 */
SmtpSurveyCatalogue *
smtp_survey_offer_new (void)
{
  SmtpSurveyCatalogue *catalogue = smtp_survey_catalogue_new ();

  gnutls_global_init ();  /* a program may have put that off */
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      gnutls_priority_t priority = make_priority (version);

      if (priority == NULL)
        {
          smtp_survey_catalogue_add_missing (catalogue, SMTP_SURVEY_VERSION, smtp_survey_version_to_name (version), TRUE);
          continue;
        }
      add_suites (catalogue, version, priority);
      add_items (catalogue, version, priority);
      gnutls_priority_deinit (priority);
    }

  add_missing (catalogue);

  return catalogue;
}
