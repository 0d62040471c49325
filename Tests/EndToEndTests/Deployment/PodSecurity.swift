/// The Pod Security Standard "restricted" of Kubernetes 1.37, and a read-only root.
enum PodSecurity {
    private static let volumes: Set = [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
        "projected", "secret",
    ]

    /// What a namespace that enforces it would say against the pod.
    static func violations(of pod: PodSpecification) -> [String] {
        var found: [String] = []
        func check(_ isFine: Bool, _ words: String) {
            if !isFine { found.append(words) }
        }
        check(
            pod.hostNetwork != true && pod.hostPID != true && pod.hostIPC != true, "host namespaces"
        )
        check(pod.securityContext?.runAsNonRoot == true, "runAsNonRoot")
        check(pod.securityContext?.runAsUser.map { $0 > 0 } == true, "runAsUser")
        check(pod.securityContext?.seccompProfile?.type == "RuntimeDefault", "seccompProfile")
        for volume in pod.volumes ?? [] {
            check(volume.kinds.isSubset(of: volumes), "volumes \(volume.kinds)")
        }
        for container in pod.allContainers {
            let security = container.securityContext
            check(security?.allowPrivilegeEscalation == false, "\(container.name): escalation")
            check(security?.privileged != true, "\(container.name): privileged")
            check(security?.runAsUser != 0, "\(container.name): root")
            check(security?.capabilities?.drop == ["ALL"], "\(container.name): capabilities")
            check(security?.capabilities?.add == nil, "\(container.name): added capabilities")
            check(security?.readOnlyRootFilesystem == true, "\(container.name): writable root")
            check(
                (container.ports ?? []).allSatisfy { $0.hostPort == nil },
                "\(container.name): hostPort")
        }
        return found
    }
}
