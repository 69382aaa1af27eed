/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-field.h"

/**
 * probe_field_set_error:
 * @field: an entry
 * @label: the label below it
 * @sentence: (nullable): what is wrong; %NULL: nothing
 */
void
probe_field_set_error (GtkWidget  *field,
                       GtkLabel   *label,
                       const char *sentence)
{
  gtk_label_set_text (label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (label), sentence != NULL);

  if (sentence != NULL)
    {
      gtk_widget_add_css_class (field, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
    }
  else
    {
      gtk_widget_remove_css_class (field, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }
}

/**
 * probe_field_has_error:
 * @label: the label below a field
 *
 * Returns: whether something is wrong with the field
 */
gboolean
probe_field_has_error (GtkLabel *label)
{
  return gtk_widget_get_visible (GTK_WIDGET (label));
}
