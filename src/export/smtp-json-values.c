/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "export/smtp-json-values.h"

/* %NULL as null. */
void
smtp_json_add_string (JsonBuilder *builder,
                      const char  *name,
                      const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
smtp_json_add_int (JsonBuilder *builder,
                   const char  *name,
                   gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
smtp_json_add_boolean (JsonBuilder *builder,
                       const char  *name,
                       gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* Microseconds as seconds; -1 as null. */
void
smtp_json_add_time (JsonBuilder *builder,
                    const char  *name,
                    gint64       us)
{
  json_builder_set_member_name (builder, name);
  if (us >= 0)
    json_builder_add_double_value (builder, (double) us / G_USEC_PER_SEC);
  else
    json_builder_add_null_value (builder);
}

/* %NULL as the empty array. */
void
smtp_json_add_strings (JsonBuilder        *builder,
                       const char         *name,
                       const char * const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (int i = 0; values != NULL && values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}
