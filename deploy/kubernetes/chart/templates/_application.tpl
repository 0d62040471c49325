{{/* The user's container in the modes init and sidecar. */}}
{{- define "pierdat.application" -}}
- name: app
  image: {{ required "application.image: the image of your application" .Values.application.image }}
  imagePullPolicy: {{ .Values.imagePullPolicy }}
  {{- with .Values.application.command }}
  command: {{ toJson . }}
  {{- end }}
  {{- with .Values.application.args }}
  args: {{ toJson . }}
  {{- end }}
  {{- with include "pierdat.applicationDetails" . | trim }}
  {{- nindent 2 . }}
  {{- end }}
  securityContext:
    {{- merge .Values.application.securityContext (include "pierdat.containerSecurity" . | fromYaml) | toYaml | nindent 4 }}
  {{- with .Values.application.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
    - {name: data, mountPath: {{ .Values.application.mountPath }}, readOnly: true}
{{- end }}

{{/* What only the user knows of it. */}}
{{- define "pierdat.applicationDetails" -}}
{{- with .Values.application.env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.application.ports }}
ports:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.application.livenessProbe }}
livenessProbe:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.application.readinessProbe }}
readinessProbe:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
