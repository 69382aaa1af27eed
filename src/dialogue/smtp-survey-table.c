/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-table.h"

#define IN(version) (1u << (version))

static void
entry_clear (gpointer data)
{
  SmtpSurveyEntry *entry = data;

  for (int i = 0; i < SMTP_SURVEY_N_VERSIONS; i++)
    g_free (entry->status[i].detail);
}

/* Which of two says more about why something is not accepted. That the version is refused says less than that
 * the thing itself is, and that something could not be found out must not be hidden. */
static gboolean
says_more (const SmtpSurveyStatus *status,
           const SmtpSurveyStatus *than)
{
  if (than == NULL || (than->verdict == SMTP_SURVEY_REFUSED && status->verdict == SMTP_SURVEY_NOT_TESTABLE))
    return TRUE;

  return than->verdict == status->verdict && than->reason == SMTP_SURVEY_REASON_NO_VERSION;
}

/* The row follows from what is known in each version. */
static void
update_row (SmtpSurveyEntry *self)
{
  const SmtpSurveyStatus *telling = NULL;
  gboolean waiting = FALSE;
  guint accepted = 0;

  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      const SmtpSurveyStatus *status = &self->status[version];

      if (status->verdict == SMTP_SURVEY_ACCEPTED)
        accepted |= IN (version);
      else if ((self->versions & IN (version)) == 0)
        continue;
      else if (status->verdict == SMTP_SURVEY_WAITING)
        waiting = TRUE;
      else if (says_more (status, telling))
        telling = status;
    }

  if (accepted != 0)
    smtp_survey_row_set (self->row, SMTP_SURVEY_ACCEPTED, accepted, SMTP_SURVEY_REASON_NONE, NULL);
  else if (waiting || telling == NULL)
    smtp_survey_row_set (self->row, SMTP_SURVEY_WAITING, 0, SMTP_SURVEY_REASON_NONE, NULL);
  else
    smtp_survey_row_set (self->row, telling->verdict, 0, telling->reason, telling->detail);
}

/* (transfer none): the list has it. */
static SmtpSurveyRow *
add_row (SmtpSurveyTable *self,
         SmtpSurveyKind   kind,
         const char      *name)
{
  g_autoptr (SmtpSurveyRow) row = smtp_survey_row_new (kind, name);

  g_list_store_append (self->rows, row);

  return row;
}

static SmtpSurveyEntry *
add_entry (SmtpSurveyTable *self,
           GArray          *entries,
           SmtpSurveyKind   kind,
           const char      *name,
           guint            versions)
{
  SmtpSurveyEntry entry = { .versions = versions, };

  entry.row = add_row (self, kind, name);
  g_array_append_val (entries, entry);

  return smtp_survey_entry_at (entries, entries->len - 1);
}

static void
add_missing (SmtpSurveyTable           *self,
             const SmtpSurveyCatalogue *catalogue,
             SmtpSurveyKind             kind)
{
  for (guint i = 0; i < catalogue->missing->len; i++)
    {
      const SmtpSurveyMissing *missing = catalogue->missing->pdata[i];

      if (missing->kind == kind)
        smtp_survey_row_set (add_row (self, kind, missing->name), SMTP_SURVEY_NOT_TESTABLE, 0,
                             missing->by_policy ? SMTP_SURVEY_REASON_POLICY : SMTP_SURVEY_REASON_LIBRARY, NULL);
    }
}

static void
add_items (SmtpSurveyTable *self,
           GArray          *entries,
           SmtpSurveyKind   kind,
           GPtrArray       *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      const SmtpSurveyItem *item = items->pdata[i];
      guint versions = 0;

      for (guint version = 0; version < SMTP_SURVEY_N_VERSIONS; version++)
        versions |= item->keywords[version] != NULL ? IN (version) : 0;
      add_entry (self, entries, kind, item->name, versions);
    }
}

static GArray *
new_entries (void)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (SmtpSurveyEntry));

  g_array_set_clear_func (entries, entry_clear);

  return entries;
}

void
smtp_survey_table_init (SmtpSurveyTable           *self,
                        const SmtpSurveyCatalogue *catalogue,
                        gboolean                   with_clear)
{
  self->rows = g_list_store_new (SMTP_TYPE_SURVEY_ROW);
  self->suites = new_entries ();
  self->groups = new_entries ();
  self->signatures = new_entries ();

  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      if ((catalogue->versions & IN (version)) != 0)
        {
          self->versions[version].row = add_row (self, SMTP_SURVEY_VERSION, smtp_survey_version_to_name (version));
          self->versions[version].versions = IN (version);
        }
    }
  add_missing (self, catalogue, SMTP_SURVEY_VERSION);

  for (guint i = 0; i < catalogue->suites->len; i++)
    {
      const SmtpSurveySuite *suite = catalogue->suites->pdata[i];

      add_entry (self, self->suites, SMTP_SURVEY_SUITE, suite->name, suite->versions);
    }
  add_missing (self, catalogue, SMTP_SURVEY_SUITE);
  add_items (self, self->groups, SMTP_SURVEY_GROUP, catalogue->groups);
  add_missing (self, catalogue, SMTP_SURVEY_GROUP);
  add_items (self, self->signatures, SMTP_SURVEY_SIGNATURE, catalogue->signatures);
  add_missing (self, catalogue, SMTP_SURVEY_SIGNATURE);

  if (with_clear)
    {
      self->mail = add_row (self, SMTP_SURVEY_IN_CLEAR, "MAIL");
      self->auth = add_row (self, SMTP_SURVEY_IN_CLEAR, "AUTH");
    }
}

void
smtp_survey_table_clear (SmtpSurveyTable *self)
{
  for (int i = 0; i < SMTP_SURVEY_N_VERSIONS; i++)
    entry_clear (&self->versions[i]);
  g_clear_pointer (&self->suites, g_array_unref);
  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->signatures, g_array_unref);
  g_clear_object (&self->rows);
}

/* The group of that name or, where it has none, the one of the server's own with so many bits. Made when it is
 * not there. */
SmtpSurveyEntry *
smtp_survey_table_find_group (SmtpSurveyTable *self,
                              const char      *name,
                              guint            bits)
{
  g_autofree char *made = name == NULL ? g_strdup_printf ("DH %u", bits) : NULL;
  SmtpSurveyEntry *entry;

  for (guint i = 0; i < self->groups->len; i++)
    {
      entry = smtp_survey_entry_at (self->groups, i);
      if (g_ascii_strcasecmp (smtp_survey_row_get_name (entry->row), made != NULL ? made : name) == 0)
        return entry;
    }

  entry = add_entry (self, self->groups, SMTP_SURVEY_GROUP, made != NULL ? made : name, 0);
  smtp_survey_row_set_bits (entry->row, bits);

  return entry;
}

SmtpSurveyEntry *
smtp_survey_entry_at (GArray *entries,
                      guint   index)
{
  return &g_array_index (entries, SmtpSurveyEntry, index);
}

void
smtp_survey_entry_set (SmtpSurveyEntry   *self,
                       SmtpTlsVersion     version,
                       SmtpSurveyVerdict  verdict,
                       SmtpSurveyReason   reason,
                       const char        *detail)
{
  SmtpSurveyStatus *status = &self->status[version];

  status->verdict = verdict;
  status->reason = reason;
  g_free (status->detail);
  status->detail = g_strdup (detail);
  update_row (self);
}

/* Settles what still waits. */
void
smtp_survey_entry_settle (SmtpSurveyEntry   *self,
                          SmtpTlsVersion     version,
                          SmtpSurveyVerdict  verdict,
                          SmtpSurveyReason   reason,
                          const char        *detail)
{
  if ((self->versions & IN (version)) != 0 && self->status[version].verdict == SMTP_SURVEY_WAITING)
    smtp_survey_entry_set (self, version, verdict, reason, detail);
}

void
smtp_survey_entries_settle (GArray            *entries,
                            SmtpTlsVersion     version,
                            SmtpSurveyVerdict  verdict,
                            SmtpSurveyReason   reason,
                            const char        *detail)
{
  for (guint i = 0; i < entries->len; i++)
    smtp_survey_entry_settle (smtp_survey_entry_at (entries, i), version, verdict, reason, detail);
}

/* They are not going to be asked for in that version; what is known of it counts. */
void
smtp_survey_entries_leave_out (GArray         *entries,
                               SmtpTlsVersion  version)
{
  for (guint i = 0; i < entries->len; i++)
    {
      SmtpSurveyEntry *entry = smtp_survey_entry_at (entries, i);

      if ((entry->versions & IN (version)) != 0 && entry->status[version].verdict == SMTP_SURVEY_WAITING)
        {
          entry->versions &= ~IN (version);
          update_row (entry);
        }
    }
}
