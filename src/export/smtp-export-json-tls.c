/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "export/smtp-export-json.h"

#include "diagnosis/smtp-tls-advice.h"
#include "export/smtp-json-values.h"

/* Seconds since 1970 as ISO 8601; 0 as null. */
static void
add_date (JsonBuilder *builder,
          const char  *name,
          gint64       unix_time)
{
  g_autoptr (GDateTime) date = unix_time != 0 ? g_date_time_new_from_unix_utc (unix_time) : NULL;
  g_autofree char *text = date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  smtp_json_add_string (builder, name, text);
}

static void
add_certificate (JsonBuilder           *builder,
                 const SmtpCertificate *certificate,
                 gint64                 now)
{
  gsize length;
  const guchar *der = g_bytes_get_data (certificate->der, &length);
  g_autofree char *base64 = g_base64_encode (der, length);

  json_builder_begin_object (builder);
  smtp_json_add_string (builder, "malformed", certificate->malformed);
  smtp_json_add_string (builder, "subject", certificate->subject);
  smtp_json_add_string (builder, "issuer", certificate->issuer);
  smtp_json_add_strings (builder, "names", (const char * const *) certificate->names);
  smtp_json_add_string (builder, "serial", certificate->serial);
  add_date (builder, "not_before", certificate->not_before);
  add_date (builder, "not_after", certificate->not_after);
  smtp_json_add_int (builder, "days_left", certificate->malformed == NULL ? (certificate->not_after - now) / 86400 : 0);
  smtp_json_add_string (builder, "key_type", certificate->key_type);
  smtp_json_add_int (builder, "key_bits", certificate->key_bits);
  smtp_json_add_string (builder, "key_curve", certificate->key_curve);
  smtp_json_add_string (builder, "signature", certificate->signature);
  smtp_json_add_boolean (builder, "is_ca", certificate->is_ca);
  smtp_json_add_strings (builder, "key_usages", (const char * const *) certificate->key_usages);
  smtp_json_add_strings (builder, "purposes", (const char * const *) certificate->purposes);
  smtp_json_add_string (builder, "sha256", certificate->sha256);
  smtp_json_add_string (builder, "sha1", certificate->sha1);
  smtp_json_add_string (builder, "spki_sha256", certificate->spki_sha256);
  smtp_json_add_strings (builder, "ocsp_uris", (const char * const *) certificate->ocsp_uris);
  smtp_json_add_strings (builder, "crl_uris", (const char * const *) certificate->crl_uris);
  smtp_json_add_strings (builder, "issuer_uris", (const char * const *) certificate->issuer_uris);
  smtp_json_add_boolean (builder, "must_staple", certificate->must_staple);
  smtp_json_add_int (builder, "scts", certificate->n_scts);
  smtp_json_add_string (builder, "der", base64);
  json_builder_end_object (builder);
}

static void
add_chain (JsonBuilder *builder,
           SmtpTlsInfo *tls)
{
  json_builder_set_member_name (builder, "chain");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tls->chain->len; i++)
    add_certificate (builder, tls->chain->pdata[i], tls->now);
  json_builder_end_array (builder);
}

static void
add_faults (JsonBuilder *builder,
            SmtpTlsInfo *tls)
{
  json_builder_set_member_name (builder, "faults");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tls->faults->len; i++)
    {
      const SmtpTlsFault *fault = tls->faults->pdata[i];
      g_autofree char *text = smtp_tls_advice_for_fault (tls, fault);

      json_builder_begin_object (builder);
      smtp_json_add_string (builder, "id", smtp_tls_fault_to_id (fault->id));
      smtp_json_add_string (builder, "text", text);
      smtp_json_add_int (builder, "certificate", fault->certificate);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_staple (JsonBuilder *builder,
            SmtpTlsInfo *tls)
{
  json_builder_set_member_name (builder, "ocsp");
  json_builder_begin_object (builder);
  smtp_json_add_string (builder, "status", smtp_ocsp_status_to_id (tls->ocsp));
  add_date (builder, "this_update", tls->ocsp_this_update);
  add_date (builder, "next_update", tls->ocsp_next_update);
  add_date (builder, "revoked_at", tls->ocsp_revoked_at);
  json_builder_end_object (builder);
}

/**
 * smtp_export_json_add_tls:
 * @builder: inside the object of a run
 * @handshake: (nullable): the handshake, if one came to its end
 *
 * Adds the member "tls".
 */
void
smtp_export_json_add_tls (JsonBuilder *builder,
                          SmtpStep    *handshake)
{
  SmtpTlsInfo *tls = handshake != NULL ? smtp_step_get_tls (handshake) : NULL;
  g_autofree char *strict = NULL;

  json_builder_set_member_name (builder, "tls");
  if (tls == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }

  strict = smtp_tls_advice_for_strict (tls);
  json_builder_begin_object (builder);
  smtp_json_add_string (builder, "version", tls->version);
  smtp_json_add_string (builder, "cipher", tls->cipher);
  smtp_json_add_string (builder, "key_exchange", tls->key_exchange);
  smtp_json_add_string (builder, "group", tls->group);
  smtp_json_add_int (builder, "group_bits", tls->group_bits);
  smtp_json_add_string (builder, "signature", tls->signature);
  smtp_json_add_boolean (builder, "resumed", tls->resumed);
  smtp_json_add_boolean (builder, "extended_master_secret", tls->extended_master_secret);
  smtp_json_add_boolean (builder, "safe_renegotiation", tls->safe_renegotiation);
  smtp_json_add_boolean (builder, "client_certificate_asked", tls->client_certificate_asked);
  smtp_json_add_boolean (builder, "client_certificate_sent", tls->client_certificate_sent);
  smtp_json_add_string (builder, "sni", tls->sni);
  smtp_json_add_string (builder, "verify_name", tls->verify_name);
  smtp_json_add_string (builder, "trust", tls->trust);
  smtp_json_add_boolean (builder, "trusted", strict == NULL);
  smtp_json_add_string (builder, "strict", strict);
  add_staple (builder, tls);
  add_chain (builder, tls);
  add_faults (builder, tls);
  json_builder_end_object (builder);
}
