/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-catalogue.h"

static void
suite_free (gpointer data)
{
  SmtpSurveySuite *suite = data;

  g_free (suite->name);
  g_free (suite);
}

static void
item_free (gpointer data)
{
  SmtpSurveyItem *item = data;

  for (int i = 0; i < SMTP_SURVEY_N_VERSIONS; i++)
    g_free (item->keywords[i]);
  g_free (item->name);
  g_free (item);
}

static void
missing_free (gpointer data)
{
  SmtpSurveyMissing *missing = data;

  g_free (missing->name);
  g_free (missing);
}

static guint
find_word (GPtrArray  *words,
           const char *word)
{
  guint index;

  if (g_ptr_array_find_with_equal_func (words, word, g_str_equal, &index))
    return index;

  g_return_val_if_fail (words->len < SMTP_SURVEY_MOST_WORDS, 0);
  g_ptr_array_add (words, g_strdup (word));

  return words->len - 1;
}

static void
add_item (GPtrArray      *items,
          SmtpTlsVersion  version,
          const char     *name,
          const char     *keyword)
{
  SmtpSurveyItem *item = NULL;

  for (guint i = 0; i < items->len && item == NULL; i++)
    {
      SmtpSurveyItem *known = items->pdata[i];

      if (g_str_equal (known->name, name))
        item = known;
    }

  if (item == NULL)
    {
      g_return_if_fail (items->len < SMTP_SURVEY_MOST_WORDS);
      item = g_new0 (SmtpSurveyItem, 1);
      item->name = g_strdup (name);
      g_ptr_array_add (items, item);
    }

  g_free (item->keywords[version]);
  item->keywords[version] = g_strdup (keyword);
}

/**
 * smtp_survey_catalogue_new:
 *
 * Returns: (transfer full): a catalogue of nothing
 */
SmtpSurveyCatalogue *
smtp_survey_catalogue_new (void)
{
  SmtpSurveyCatalogue *self = g_new0 (SmtpSurveyCatalogue, 1);

  self->kxs = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->kxs, g_strdup (""));
  self->ciphers = g_ptr_array_new_with_free_func (g_free);
  self->macs = g_ptr_array_new_with_free_func (g_free);
  self->suites = g_ptr_array_new_with_free_func (suite_free);
  self->groups = g_ptr_array_new_with_free_func (item_free);
  self->signatures = g_ptr_array_new_with_free_func (item_free);
  self->missing = g_ptr_array_new_with_free_func (missing_free);

  return self;
}

/**
 * smtp_survey_catalogue_free:
 * @self: (transfer full): a catalogue
 */
void
smtp_survey_catalogue_free (SmtpSurveyCatalogue *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->kxs);
  g_ptr_array_unref (self->ciphers);
  g_ptr_array_unref (self->macs);
  g_ptr_array_unref (self->suites);
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->signatures);
  g_ptr_array_unref (self->missing);
  g_free (self);
}

/**
 * smtp_survey_catalogue_add_suite:
 * @self: a catalogue
 * @version: where it can be offered
 * @name: as registered
 * @kx: keyword of its key exchange; "" if it has none of its own
 * @cipher: keyword of its cipher
 * @mac: keyword of its MAC
 *
 * Adds a suite, or to a known one another version.
 */
void
smtp_survey_catalogue_add_suite (SmtpSurveyCatalogue *self,
                                 SmtpTlsVersion       version,
                                 const char          *name,
                                 const char          *kx,
                                 const char          *cipher,
                                 const char          *mac)
{
  SmtpSurveySuite *suite = NULL;

  self->versions |= 1u << version;
  for (guint i = 0; i < self->suites->len && suite == NULL; i++)
    {
      SmtpSurveySuite *known = self->suites->pdata[i];

      if (g_str_equal (known->name, name))
        suite = known;
    }

  if (suite == NULL)
    {
      suite = g_new0 (SmtpSurveySuite, 1);
      suite->name = g_strdup (name);
      suite->kx = find_word (self->kxs, kx);
      suite->cipher = find_word (self->ciphers, cipher);
      suite->mac = find_word (self->macs, mac);
      g_ptr_array_add (self->suites, suite);
    }

  suite->versions |= 1u << version;
}

/**
 * smtp_survey_catalogue_add_group:
 * @self: a catalogue
 * @version: where it can be offered
 * @name: as registered
 * @keyword: what the library calls it
 */
void
smtp_survey_catalogue_add_group (SmtpSurveyCatalogue *self,
                                 SmtpTlsVersion       version,
                                 const char          *name,
                                 const char          *keyword)
{
  add_item (self->groups, version, name, keyword);
}

/**
 * smtp_survey_catalogue_add_signature:
 * @self: a catalogue
 * @version: where it can be offered
 * @name: as registered
 * @keyword: what the library calls it there
 */
void
smtp_survey_catalogue_add_signature (SmtpSurveyCatalogue *self,
                                     SmtpTlsVersion       version,
                                     const char          *name,
                                     const char          *keyword)
{
  add_item (self->signatures, version, name, keyword);
}

/**
 * smtp_survey_catalogue_add_missing:
 * @self: a catalogue
 * @kind: what it is
 * @name: its name
 * @by_policy: whether the library has it, and this machine's policy for it forbids it
 */
void
smtp_survey_catalogue_add_missing (SmtpSurveyCatalogue *self,
                                   SmtpSurveyKind       kind,
                                   const char          *name,
                                   gboolean             by_policy)
{
  SmtpSurveyMissing *missing = g_new0 (SmtpSurveyMissing, 1);

  missing->kind = kind;
  missing->name = g_strdup (name);
  missing->by_policy = by_policy;
  g_ptr_array_add (self->missing, missing);
}

/**
 * smtp_survey_kind_to_id:
 * @kind: a kind of row
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_survey_kind_to_id (SmtpSurveyKind kind)
{
  static const char *const ids[] = { "version", "suite", "group", "signature", "in-clear" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (ids), NULL);

  return ids[kind];
}

/**
 * smtp_survey_version_to_name:
 * @version: a version, not %SMTP_TLS_VERSION_DEFAULT
 *
 * Returns: (transfer none): what people call it
 */
const char *
smtp_survey_version_to_name (SmtpTlsVersion version)
{
  static const char *const names[SMTP_SURVEY_N_VERSIONS] = { "", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3" };

  g_return_val_if_fail (version < SMTP_SURVEY_N_VERSIONS, NULL);

  return names[version];
}
