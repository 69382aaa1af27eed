/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-file-field.h"

#include <glib/gi18n.h>

struct _ProbeFileField
{
  GtkWidget             parent_instance;

  GtkWidget            *entry;
  GtkWidget            *button;
  char                 *label;
  gboolean              is_written;  /* the file need not be there yet */
  GtkFileChooserNative *chooser;
};

enum
{
  PROP_LABEL = 1,
  PROP_IS_WRITTEN,
  N_PROPS
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeFileField, probe_file_field, GTK_TYPE_WIDGET)

static void
on_response (GtkNativeDialog *dialog,
             int              response,
             ProbeFileField  *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        {
          gtk_editable_set_text (GTK_EDITABLE (self->entry), path);
          g_signal_emit (self, signals[CHOSEN], 0);
        }
    }

  g_clear_object (&self->chooser);
}

static void
on_clicked (ProbeFileField *self)
{
  GtkFileChooserAction action = self->is_written ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN;

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (self->label, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
probe_file_field_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  ProbeFileField *self = PROBE_FILE_FIELD (object);

  if (id == PROP_IS_WRITTEN)
    {
      self->is_written = g_value_get_boolean (value);
      return;
    }

  g_free (self->label);
  self->label = g_value_dup_string (value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, self->label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, self->label, -1);
}

static gboolean
probe_file_field_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (PROBE_FILE_FIELD (widget)->entry);
}

static void
probe_file_field_dispose (GObject *object)
{
  ProbeFileField *self = PROBE_FILE_FIELD (object);

  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->entry, gtk_widget_unparent);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_pointer (&self->label, g_free);

  G_OBJECT_CLASS (probe_file_field_parent_class)->dispose (object);
}

static void
probe_file_field_class_init (ProbeFileFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = probe_file_field_dispose;
  object_class->set_property = probe_file_field_set_property;
  widget_class->grab_focus = probe_file_field_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);

  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_IS_WRITTEN] = g_param_spec_boolean ("is-written", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CHOSEN] = g_signal_new ("chosen", PROBE_TYPE_FILE_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
probe_file_field_init (ProbeFileField *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));

  self->button = gtk_button_new_from_icon_name ("document-open-symbolic");
  gtk_widget_set_tooltip_text (self->button, _("Choose a file"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Choose a file"), -1);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

/**
 * probe_file_field_get_entry:
 * @self: a field
 *
 * Returns: (transfer none): its entry
 */
GtkWidget *
probe_file_field_get_entry (ProbeFileField *self)
{
  return self->entry;
}
