{{/* pierdatd is the entrypoint: it downloads, starts the program, and seeds beside it. */}}
{{- define "pierdat.entrypoint" -}}
containers:
  - name: app
    command: ["/usr/bin/pierdatd"]
    {{- with concat .Values.application.command .Values.application.args }}
    args: {{ toJson (prepend . "--") }}
    {{- end }}
    {{- include "pierdat.container" . | nindent 4 }}
    {{- include "pierdat.liveProbes" . | nindent 4 }}
    {{- include "pierdat.readinessProbe" . | nindent 4 }}
    ports:
      {{- (include "pierdat.ports" . | fromYaml).ports | toYaml | nindent 6 }}
      {{- with .Values.application.ports }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    env:
      {{- include "pierdat.environment" . | nindent 6 }}
      {{- with .Values.application.env }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
{{- end }}

{{/* An init container downloads. pierdatd runs a command when all data is verified, and ends with its exit code. */}}
{{- define "pierdat.init" -}}
initContainers:
  - name: fetch
    command: ["/usr/bin/pierdatd"]
    args: ["--", "/usr/bin/pierdat", "status"]
    {{- include "pierdat.container" . | nindent 4 }}
    env:
      {{- include "pierdat.environment" . | nindent 6 }}
containers:
  {{- include "pierdat.application" . | nindent 2 }}
  - name: seeder
    command: ["/usr/bin/pierdatd"]
    {{- include "pierdat.container" . | nindent 4 }}
    {{- include "pierdat.liveProbes" . | nindent 4 }}
    {{- include "pierdat.readinessProbe" . | nindent 4 }}
    {{- include "pierdat.ports" . | nindent 4 }}
    env:
      {{- include "pierdat.environment" . | nindent 6 }}
{{- end }}

{{/* A native sidecar. The kubelet starts the application when the startup probe has succeeded. */}}
{{- define "pierdat.sidecar" -}}
initContainers:
  - name: pierdat
    restartPolicy: Always
    command: ["/usr/bin/pierdatd"]
    {{- include "pierdat.container" . | nindent 4 }}
    startupProbe:
      {{- include "pierdat.check" (list . "/readyz" (list "--ready")) | nindent 6 }}
      periodSeconds: 2
      failureThreshold: {{ div .Values.downloadDeadline 2 }}
    livenessProbe:
      {{- include "pierdat.check" (list . "/livez" (list)) | nindent 6 }}
      periodSeconds: 10
      failureThreshold: 6
    {{- include "pierdat.readinessProbe" . | nindent 4 }}
    {{- include "pierdat.ports" . | nindent 4 }}
    env:
      {{- include "pierdat.environment" . | nindent 6 }}
containers:
  {{- include "pierdat.application" . | nindent 2 }}
{{- end }}
