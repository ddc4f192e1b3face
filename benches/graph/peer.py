"""A peer's side of `benches/run graph`: `peer.py LIBRARY NODES EDGES SECONDS`.

Prints CPU seconds for the test of chordality and for a completion, and the edges that this one adds.
EDGES is a file of pairs of 32-bit numbers. Building the graph is not counted. After SECONDS the process
ends itself, so that a question without an answer is one that took longer.
"""

import array
import json
import signal
import sys
import time


def networkx(nodes, pairs):
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(pairs)
    return (
        lambda: nx.is_chordal(graph),
        lambda: nx.complete_to_chordal_graph(graph)[0].number_of_edges() - len(pairs),
    )


def igraph(nodes, pairs):
    import igraph as ig

    graph = ig.Graph(n=nodes, edges=pairs)
    return (lambda: graph.is_chordal(), lambda: len(graph.chordal_completion()))


def main():
    library, nodes, path, limit = sys.argv[1:]
    numbers = array.array("I")
    with open(path, "rb") as file:
        numbers.frombytes(file.read())
    pairs = list(zip(numbers[::2], numbers[1::2]))
    questions = {"networkx": networkx, "igraph": igraph}[library](int(nodes), pairs)
    for question in questions:
        # The default action ends the process, also inside a library.
        signal.alarm(int(limit))
        start = time.process_time()
        answer = question()
        print(json.dumps([time.process_time() - start, answer]), flush=True)


main()
