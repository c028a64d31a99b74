{{- define "holdfast.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end -}}
{{- define "holdfast.mounts" }}
            - name: data
              mountPath: /var/lib/holdfast
            - name: config
              mountPath: /etc/holdfast
              readOnly: true
            - name: tmp
              mountPath: /tmp
{{- if .Values.passphrase.secretName }}
            - name: passphrase
              mountPath: /run/secrets/holdfast
              readOnly: true
{{- end }}
{{- end }}
