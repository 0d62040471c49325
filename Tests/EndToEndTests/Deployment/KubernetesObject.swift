/// The parts of a Kubernetes object that tests look at.
struct KubernetesObject: Decodable, Sendable {
    struct Metadata: Decodable, Sendable {
        let name: String
        let labels: [String: String]?
    }

    struct Specification: Decodable, Sendable {
        let replicas: Int?
        let template: Pod?
        let clusterIP: String?
        let publishNotReadyAddresses: Bool?
        let podMetricsEndpoints: [Endpoint]?
        let podSelector: Selector?
        let jobLabel: String?
    }

    struct Selector: Decodable, Sendable {
        let matchLabels: [String: String]?
    }

    struct Endpoint: Decodable, Sendable {
        let port: String
    }

    struct Pod: Decodable, Sendable {
        let metadata: Labels
        let spec: PodSpecification
    }

    struct Labels: Decodable, Sendable {
        let labels: [String: String]
    }

    let kind: String
    let metadata: Metadata
    let spec: Specification?

    /// The pod of a Deployment or DaemonSet.
    var pod: PodSpecification? { spec?.template?.spec }
}

/// What a pod is made of.
struct PodSpecification: Decodable, Sendable {
    struct Security: Decodable, Sendable {
        let runAsNonRoot: Bool?
        let runAsUser: Int?
        let seccompProfile: Profile?
    }

    struct Profile: Decodable, Sendable {
        let type: String
    }

    /// A volume's kind is the name of the field beside its name.
    struct Volume: Decodable, Sendable {
        let kinds: Set<String>

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            kinds = Set(try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue))
                .subtracting(["name"])
        }
    }

    let securityContext: Security?
    let hostNetwork: Bool?
    let hostPID: Bool?
    let hostIPC: Bool?
    let automountServiceAccountToken: Bool?
    let initContainers: [PodContainer]?
    let containers: [PodContainer]
    let volumes: [Volume]?

    var allContainers: [PodContainer] { (initContainers ?? []) + containers }
}

/// A container of a pod.
struct PodContainer: Decodable, Sendable {
    struct Security: Decodable, Sendable {
        let allowPrivilegeEscalation: Bool?
        let readOnlyRootFilesystem: Bool?
        let privileged: Bool?
        let runAsUser: Int?
        let capabilities: Capabilities?
    }

    struct Capabilities: Decodable, Sendable {
        let add: [String]?
        let drop: [String]?
    }

    struct Port: Decodable, Sendable {
        let name: String?
        let hostPort: Int?
    }

    struct Probe: Decodable, Sendable {
        struct Request: Decodable, Sendable {
            let path: String
        }

        struct Execution: Decodable, Sendable {
            let command: [String]
        }

        let httpGet: Request?
        let exec: Execution?
        let failureThreshold: Int?
        let periodSeconds: Int?
    }

    struct Variable: Decodable, Sendable {
        let name: String
        let value: String?
    }

    struct Mount: Decodable, Sendable {
        let mountPath: String
        let readOnly: Bool?
    }

    let name: String
    let image: String
    let restartPolicy: String?
    let command: [String]?
    let args: [String]?
    let env: [Variable]?
    let ports: [Port]?
    let startupProbe: Probe?
    let livenessProbe: Probe?
    let readinessProbe: Probe?
    let securityContext: Security?
    let volumeMounts: [Mount]?

    /// True if it runs pierdatd.
    var isPierdat: Bool { command?.first == "/usr/bin/pierdatd" }
}
