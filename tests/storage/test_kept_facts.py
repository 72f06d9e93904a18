"""Facts come back as they were."""

import json

from hypothesis import given
from hypothesis import strategies as st

from routing.facts import Facts, HostAnswer, KeyAnswer, Known, NetworkAnswer
from storage.kept_facts import facts_from_value, facts_to_json

NAMES = st.text(max_size=20)
KNOWN = st.sampled_from(Known)
HOSTS = st.builds(HostAnswer, known=KNOWN, addresses=st.lists(st.ip_addresses(), max_size=3).map(tuple), origin=NAMES)
KEYS = st.builds(KeyAnswer, known=KNOWN, record=st.binary(max_size=40))
NETWORKS = st.builds(NetworkAnswer, known=KNOWN, network=NAMES, organisation=NAMES, abuse_address=NAMES)


@given(st.dictionaries(NAMES, HOSTS, max_size=3), st.dictionaries(NAMES, KEYS, max_size=3), st.dictionaries(NAMES, NETWORKS, max_size=3))
def test_facts_survive_being_kept(hosts: dict[str, HostAnswer], keys: dict[str, KeyAnswer], networks: dict[str, NetworkAnswer]) -> None:
    facts = Facts(hosts=hosts, keys=keys, networks=networks)
    assert facts_from_value(json.loads(facts_to_json(facts))) == facts


def test_facts_of_an_older_version_are_read() -> None:
    assert facts_from_value({"hosts": {}}) == Facts()
