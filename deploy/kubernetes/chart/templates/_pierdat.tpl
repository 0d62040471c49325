{{/* The name of the release's objects. */}}
{{- define "pierdat.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{/* The labels that select all pods of the release. */}}
{{- define "pierdat.selector" -}}
app.kubernetes.io/name: pierdat
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pierdat.labels" -}}
{{ include "pierdat.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What a namespace that enforces the Pod Security Standard "restricted" asks of a pod. */}}
{{- define "pierdat.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .Values.user }}
runAsGroup: {{ .Values.user }}
fsGroup: {{ .Values.user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* And of a container. */}}
{{- define "pierdat.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* The settings of every container with pierdatd. */}}
{{- define "pierdat.environment" -}}
{{- $own := list }}
{{- if .Values.service.enabled }}{{ $own = list (include "pierdat.name" .) }}{{ end -}}
- name: PIERDAT_GET
  value: {{ join "\n" .Values.get | quote }}
- name: PIERDAT_STATE
  value: /data/.pierdat
{{- with concat $own .Values.peers }}
- name: PIERDAT_PEERS
  value: {{ join "," . | quote }}
{{- end }}
- name: PIERDAT_PORT
  value: {{ .Values.port | quote }}
- name: PIERDAT_METRICS
  value: {{ printf ":%d" (int .Values.metricsPort) | quote }}
{{- range $name, $value := .Values.environment }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* A check of pierdatd: a list of the root, the path and the options of pierdat health. */}}
{{- define "pierdat.check" -}}
{{- $root := index . 0 }}
{{- if eq $root.Values.probes "http" -}}
httpGet: {path: {{ index . 1 }}, port: metrics}
{{- else -}}
exec:
  command: {{ concat (list "/usr/bin/pierdat" "health") (index . 2) | toJson }}
{{- end }}
timeoutSeconds: 6
{{- end }}

{{/* pierdatd itself is there within two minutes. However long a download takes, no probe kills it. */}}
{{- define "pierdat.liveProbes" -}}
startupProbe:
  {{- include "pierdat.check" (list . "/livez" (list)) | nindent 2 }}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  {{- include "pierdat.check" (list . "/livez" (list)) | nindent 2 }}
  periodSeconds: 10
  failureThreshold: 6
{{- end }}

{{- define "pierdat.readinessProbe" -}}
readinessProbe:
  {{- include "pierdat.check" (list . "/readyz" (list "--ready")) | nindent 2 }}
  periodSeconds: 5
  failureThreshold: 2
{{- end }}

{{/* The parts that all containers with pierdatd share. */}}
{{- define "pierdat.container" -}}
image: {{ required "image: the image with Pierdat" .Values.image }}
imagePullPolicy: {{ .Values.imagePullPolicy }}
securityContext:
  {{- include "pierdat.containerSecurity" . | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - {name: data, mountPath: /data}
{{- end }}

{{- define "pierdat.ports" -}}
ports:
  - {name: peers, containerPort: {{ .Values.port }}, protocol: TCP}
  - {name: peers-udp, containerPort: {{ .Values.port }}, protocol: UDP}
  - {name: metrics, containerPort: {{ .Values.metricsPort }}, protocol: TCP}
{{- end }}

{{/* The parts that all pods share. */}}
{{- define "pierdat.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: 30
securityContext:
  {{- include "pierdat.podSecurity" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
