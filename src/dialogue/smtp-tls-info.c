/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-tls-info.h"

G_DEFINE_BOXED_TYPE (SmtpTlsInfo, smtp_tls_info, smtp_tls_info_ref, smtp_tls_info_unref)

static const char *const fault_ids[SMTP_TLS_N_FAULTS] = {
  "no-certificate", "malformed-certificate", "revoked", "name-mismatch", "expired", "not-yet-valid", "self-signed",
  "unknown-authority", "missing-intermediate", "bad-signature", "not-a-ca", "wrong-purpose", "constraints-violated",
  "weak-key", "weak-signature", "wrong-order", "staple-missing", "staple-invalid", "too-many-certificates",
  "certificate-fault",
};
static const char *const ocsp_ids[] = { "none", "good", "revoked", "unknown", "invalid" };

static void
fault_free (gpointer data)
{
  SmtpTlsFault *fault = data;

  g_free (fault->detail);
  g_free (fault);
}

/**
 * smtp_tls_info_new:
 *
 * Returns: (transfer full): a record that is still to be filled
 */
SmtpTlsInfo *
smtp_tls_info_new (void)
{
  SmtpTlsInfo *self = g_new0 (SmtpTlsInfo, 1);

  g_atomic_ref_count_init (&self->refs);
  self->chain = g_ptr_array_new_with_free_func ((GDestroyNotify) smtp_certificate_free);
  self->faults = g_ptr_array_new_with_free_func (fault_free);

  return self;
}

/**
 * smtp_tls_info_ref:
 * @self: a record
 *
 * Returns: (transfer full): @self, with one more reference
 */
SmtpTlsInfo *
smtp_tls_info_ref (SmtpTlsInfo *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);

  return self;
}

/**
 * smtp_tls_info_unref:
 * @self: (transfer full): a record
 */
void
smtp_tls_info_unref (SmtpTlsInfo *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->version);
  g_free (self->cipher);
  g_free (self->group);
  g_free (self->signature);
  g_free (self->key_exchange);
  g_free (self->sni);
  g_free (self->verify_name);
  g_free (self->trust);
  g_ptr_array_unref (self->chain);
  g_ptr_array_unref (self->faults);
  g_free (self);
}

static int
compare_faults (gconstpointer a,
                gconstpointer b)
{
  const SmtpTlsFault *one = *(const SmtpTlsFault *const *) a;
  const SmtpTlsFault *other = *(const SmtpTlsFault *const *) b;

  return one->id != other->id ? (int) one->id - (int) other->id : one->certificate - other->certificate;
}

/**
 * smtp_tls_info_add_fault:
 * @self: a record that is still being filled
 * @id: what is wrong
 * @certificate: index into the chain, or -1
 * @detail: (nullable): see #SmtpTlsFaultId
 *
 * Notes a fault, in its place by weight; the same one of the same certificate only once.
 */
void
smtp_tls_info_add_fault (SmtpTlsInfo    *self,
                         SmtpTlsFaultId  id,
                         int             certificate,
                         const char     *detail)
{
  SmtpTlsFault *fault;

  for (guint i = 0; i < self->faults->len; i++)
    {
      fault = self->faults->pdata[i];
      if (fault->id == id && fault->certificate == certificate)
        return;
    }

  fault = g_new (SmtpTlsFault, 1);
  fault->id = id;
  fault->certificate = certificate;
  fault->detail = g_strdup (detail);
  g_ptr_array_add (self->faults, fault);
  g_ptr_array_sort (self->faults, compare_faults);
}

/**
 * smtp_tls_info_has_fault:
 * @self: a record
 * @id: a kind of fault
 *
 * Returns: whether any certificate has it
 */
gboolean
smtp_tls_info_has_fault (SmtpTlsInfo    *self,
                         SmtpTlsFaultId  id)
{
  for (guint i = 0; i < self->faults->len; i++)
    {
      if (((SmtpTlsFault *) self->faults->pdata[i])->id == id)
        return TRUE;
    }

  return FALSE;
}

/**
 * smtp_tls_info_get_rejection:
 * @self: a record
 *
 * Returns: (transfer none) (nullable): the most weighty fault for which a client that insists on a good
 *   certificate would hang up; %NULL if it would go on
 */
const SmtpTlsFault *
smtp_tls_info_get_rejection (SmtpTlsInfo *self)
{
  for (guint i = 0; i < self->faults->len; i++)
    {
      const SmtpTlsFault *fault = self->faults->pdata[i];

      if (!smtp_tls_fault_is_tolerated (fault->id))
        return fault;
    }

  return NULL;
}

/**
 * smtp_certificate_new:
 * @der: the certificate as sent
 *
 * Returns: (transfer full): a record that is still to be filled
 */
SmtpCertificate *
smtp_certificate_new (GBytes *der)
{
  SmtpCertificate *self = g_new0 (SmtpCertificate, 1);

  self->der = g_bytes_ref (der);
  self->path_length = -1;

  return self;
}

/**
 * smtp_certificate_free:
 * @self: (transfer full): a certificate
 */
void
smtp_certificate_free (SmtpCertificate *self)
{
  g_bytes_unref (self->der);
  g_free (self->malformed);
  g_free (self->subject);
  g_free (self->issuer);
  g_strfreev (self->names);
  g_free (self->serial);
  g_free (self->key_type);
  g_free (self->key_curve);
  g_free (self->signature);
  g_strfreev (self->key_usages);
  g_strfreev (self->purposes);
  g_free (self->sha256);
  g_free (self->sha1);
  g_free (self->spki_sha256);
  g_strfreev (self->ocsp_uris);
  g_strfreev (self->crl_uris);
  g_strfreev (self->issuer_uris);
  g_free (self);
}

/**
 * smtp_tls_fault_to_id:
 * @id: a kind of fault
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_tls_fault_to_id (SmtpTlsFaultId id)
{
  g_return_val_if_fail (id < SMTP_TLS_N_FAULTS, NULL);

  return fault_ids[id];
}

/**
 * smtp_tls_fault_is_tolerated:
 * @id: a kind of fault
 *
 * Returns: whether even strict clients pass over it, though it should not be there
 */
gboolean
smtp_tls_fault_is_tolerated (SmtpTlsFaultId id)
{
  return id == SMTP_TLS_FAULT_WRONG_ORDER || id == SMTP_TLS_FAULT_TOO_MANY;
}

/**
 * smtp_ocsp_status_to_id:
 * @status: what a stapled answer says
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_ocsp_status_to_id (SmtpOcspStatus status)
{
  g_return_val_if_fail (status < G_N_ELEMENTS (ocsp_ids), NULL);

  return ocsp_ids[status];
}
