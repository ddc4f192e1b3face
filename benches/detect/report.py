"""What the cases came to, as Markdown."""

from statistics import median


def row(result) -> str:
    acts = sorted({entry["act"] for entry in result.acts})
    at = f"{result.acts[0]['at']:.2f}" if result.acts else "–"
    peaks = ", ".join(f"{name} {points:g}" for name, points in sorted(result.peaks.items())) or "–"
    what = f"{result.lost} of {result.files}" if result.opponent else ("yes" if result.correct else "**no**")
    return f"| {result.name} | {result.kind} | {what} | {', '.join(acts) or '–'} | {at} | {peaks} |"


def opponents(results) -> str:
    lines = ["| opponent | kind | files lost | acts | first act, s | peaks |", "|---|---|---|---|---|---|"]
    lines += [row(result) for result in results]
    for what, group in [("separable", [r for r in results if r.separable]), ("not separable", [r for r in results if not r.separable])]:
        if group:
            losses = [result.lost for result in group]
            stopped = sum(bool(result.acts) for result in group)
            lines.append(f"\n{what}: {len(group)}, acted on {stopped}; files lost: median {median(losses):g}, most {max(losses)}")
    times = [result.acts[0]["at"] for result in results if result.acts]
    if times:
        lines.append(f"\ntime to the first act: median {median(times):.2f} s, most {max(times):.2f} s")
    missed = [f"{r.name} ({r.lost} lost; {'; '.join(r.rules) or 'no rule'})" for r in results if r.separable and r.lost > 20]
    lines.append(f"\nlost more than 20 although separable: {', '.join(missed) or 'none'}")
    return "\n".join(lines)


def workloads(results) -> str:
    lines = ["| ordinary workload | kind | correct | acts | first act, s | peaks |", "|---|---|---|---|---|---|"]
    lines += [row(result) for result in results]
    def named(chosen):
        return f"{len(chosen)} of {len(results)}" + (f" ({', '.join(result.name for result in chosen)})" if chosen else "")
    for act in ["kill", "freeze", "throttle", "ask", "observe"]:
        lines.append(f"\n{act}: {named([result for result in results if result.acted(act)])}")
    lines.append(f"\nleft without a correct result: {named([result for result in results if not result.correct])}")
    return "\n".join(lines)


def markdown(results) -> str:
    hostile = [result for result in results if result.opponent]
    ordinary = [result for result in results if not result.opponent]
    parts = [opponents(hostile)] if hostile else []
    parts += [workloads(ordinary)] if ordinary else []
    trouble = [f"{result.name}: {result.trouble}" for result in results if result.trouble]
    parts += ["trouble in the kernel program: " + "; ".join(trouble)] if trouble else []
    return "\n\n".join(parts)
