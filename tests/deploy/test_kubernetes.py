"""Waymark on several machines: what every pod may do, take and reach."""

import ipaddress
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.deploy.manifests import KUBERNETES, WATCH, resources
from waymark.supervisor import SECONDS_TO_START, SHARED

OURS = {"app.kubernetes.io/name": "waymark"}
RESOURCES = resources()
POD: dict[str, Any] = RESOURCES["Deployment"]["spec"]["template"]["spec"]
CONTAINERS: list[dict[str, Any]] = [*POD["containers"], *POD.get("initContainers", [])]
POLICY: dict[str, Any] = RESOURCES["NetworkPolicy"]["spec"]
WHAT_IS_WRITTEN = ("/tmp", "/app/var/logs")
every_container = pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: container["name"])


def pod_port() -> int:
    """The one port of a pod."""
    (port,) = (port for container in CONTAINERS for port in container["ports"])
    assert port["name"] == "http"
    return int(port["containerPort"])


@every_container
@pytest.mark.parametrize("bound", ["requests", "limits"])
@pytest.mark.parametrize("resource", ["cpu", "memory", "ephemeral-storage"])
def test_every_container_has_bounds(container: dict[str, Any], bound: str, resource: str):
    """No container takes a machine from the others."""
    assert container["resources"][bound][resource]


@every_container
def test_every_container_may_do_nothing_but_its_work(container: dict[str, Any]):
    """Nobody who breaks in finds privileges, or a file system to write to."""
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_pod_is_of_the_restricted_kind():
    """It is nobody's root, keeps to the usual calls of the kernel, and holds no token of the cluster."""
    context = POD["securityContext"]
    assert context["runAsNonRoot"] is True
    assert min(context["runAsUser"], context["runAsGroup"]) >= 10_000
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert POD["automountServiceAccountToken"] is False
    assert not any(POD.get(shared) for shared in ("hostNetwork", "hostPID", "hostIPC"))
    assert RESOURCES["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_no_variables_come_from_the_services_of_the_cluster():
    """A Service called waymark would put WAYMARK_PORT and others into the environment."""
    assert POD["enableServiceLinks"] is False


def test_only_bounded_scratch_folders_can_be_written():
    """Nothing that a pod writes outlives it, and none can fill the machine's disk."""
    volumes = {volume["name"]: volume for volume in POD["volumes"]}
    mounted = {mount["mountPath"]: volumes[mount["name"]] for container in CONTAINERS for mount in container["volumeMounts"]}
    assert sorted(mounted) == sorted(WHAT_IS_WRITTEN)
    assert all(volume["emptyDir"]["sizeLimit"] for volume in mounted.values())


@every_container
@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_pods_answer_whatever_is_away(container: dict[str, Any], probe: str):
    """No probe asks whether messages are understood: without Rasa people still get 999, without pods nothing."""
    assert container[probe]["httpGet"] == {"path": "/health/live", "port": "http"}


def test_a_slow_start_is_waited_for():
    """The start is given as long as the supervisor gives it."""
    (waymark,) = CONTAINERS
    probe = waymark["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= SECONDS_TO_START


def test_a_pod_that_ends_is_given_time():
    """It waits for the load balancer to forget it, and then ends what it runs, before it is killed."""
    (waymark,) = CONTAINERS
    waits = int(waymark["lifecycle"]["preStop"]["exec"]["command"][1])
    assert waits > 0
    assert POD["terminationGracePeriodSeconds"] >= waits + 3 * 5 + 5


@pytest.mark.parametrize("name", SHARED)
def test_what_machines_share_comes_from_a_secret(name: str):
    """Each of them has to be there, and none stands in a file."""
    (waymark,) = CONTAINERS
    variables = {variable["name"]: variable for variable in waymark["env"]}
    assert variables[name]["valueFrom"] == {"secretKeyRef": {"name": "waymark", "key": name}}


def test_no_value_of_a_variable_stands_beside_its_name():
    """Whatever is not a secret stands in the ConfigMap, where nothing may be one."""
    (waymark,) = CONTAINERS
    assert [variable["name"] for variable in waymark["env"] if "value" in variable] == []
    assert sorted(RESOURCES["ConfigMap"]["data"]) == ["FORWARDED_ALLOW_IPS", "HOST", "PORT"]


def test_the_port_is_the_same_everywhere():
    """The gateway listens where the pod, the service and the policy say."""
    assert int(RESOURCES["ConfigMap"]["data"]["PORT"]) == pod_port()
    assert RESOURCES["ConfigMap"]["data"]["HOST"] == "0.0.0.0"
    assert [port["targetPort"] for port in RESOURCES["Service"]["spec"]["ports"]] == ["http"]
    assert [port["port"] for rule in POLICY["ingress"] for port in rule["ports"]] == ["http"]


def test_not_everybody_is_believed_about_addresses():
    """Whoever could say from which address they come could begin conversations without limit."""
    networks = RESOURCES["ConfigMap"]["data"]["FORWARDED_ALLOW_IPS"].split(",")
    assert all(ipaddress.ip_network(network).is_private for network in networks)


def test_everything_means_the_same_pods():
    """Service, policy, budget and spread speak of the pods that the Deployment makes."""
    spec = RESOURCES["Deployment"]["spec"]
    assert spec["template"]["metadata"]["labels"] == OURS
    assert spec["selector"]["matchLabels"] == OURS
    assert RESOURCES["Service"]["spec"]["selector"] == OURS
    assert POLICY["podSelector"]["matchLabels"] == OURS
    assert RESOURCES["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == OURS
    assert [spread["labelSelector"]["matchLabels"] for spread in POD["topologySpreadConstraints"]] == [OURS, OURS]


def test_pods_are_spread():
    """Over machines and over zones."""
    keys = {spread["topologyKey"] for spread in POD["topologySpreadConstraints"]}
    assert keys == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}


def test_one_may_end_at_any_moment():
    """There are two at least, none is taken away before another is there, and one at a time."""
    scaling = RESOURCES["HorizontalPodAutoscaler"]["spec"]
    assert 2 <= scaling["minReplicas"] < scaling["maxReplicas"]
    assert scaling["scaleTargetRef"]["name"] == RESOURCES["Deployment"]["metadata"]["name"]
    assert "replicas" not in RESOURCES["Deployment"]["spec"], "it would undo what the scaling chose"
    assert RESOURCES["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert RESOURCES["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1


def test_only_the_ingress_controller_comes_in():
    """Nobody else in the cluster speaks with Waymark."""
    assert POLICY["policyTypes"] == ["Ingress", "Egress"]
    (rule,) = POLICY["ingress"]
    (peer,) = rule["from"]
    assert set(peer) == {"namespaceSelector", "podSelector"}
    assert all(selector["matchLabels"] for selector in peer.values())


def test_what_goes_out():
    """Names, PostgreSQL, Redis, and HTTPS to the world but to nothing private."""
    ways = [{port["port"] for port in rule["ports"]} for rule in POLICY["egress"]]
    assert ways == [{53}, {5432}, {6379}, {443}]
    assert all(rule["to"] for rule in POLICY["egress"]), "an empty list would be everywhere"
    (https,) = (rule for rule in POLICY["egress"] if rule["ports"][0]["port"] == 443)
    excepted = [ipaddress.ip_network(network) for network in https["to"][0]["ipBlock"]["except"]]
    for private in ("10.1.2.3", "172.17.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"):
        assert any(ipaddress.ip_address(private) in network for network in excepted), private


def test_prometheus_comes_in_by_a_policy_of_its_own():
    """It reads counts at the same port, from one namespace, and nothing is let out for it."""
    policy = yaml.safe_load((WATCH / "network-policy.yml").read_text(encoding="utf-8"))["spec"]
    assert policy["podSelector"]["matchLabels"] == OURS
    assert policy["policyTypes"] == ["Ingress"]
    assert [port["port"] for rule in policy["ingress"] for port in rule["ports"]] == ["http"]


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kustomize_takes_it():
    """The base can be rendered, with every resource, the image's tag and the namespace."""
    rendered = subprocess.run(["kubectl", "kustomize", str(KUBERNETES)], capture_output=True, text=True, check=True).stdout
    documents = list(yaml.safe_load_all(rendered))
    assert {document["kind"] for document in documents} == set(RESOURCES)
    (deployment,) = (document for document in documents if document["kind"] == "Deployment")
    assert deployment["metadata"]["namespace"] == "waymark"
    assert deployment["spec"]["selector"]["matchLabels"] == OURS
    assert ":" in deployment["spec"]["template"]["spec"]["containers"][0]["image"]
