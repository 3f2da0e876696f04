using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

public sealed partial class BehaviorDiscovery
{
    private const int MaxSilences = 8;

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(5);

    // Shows that the server does as it is asked at all: no NAT forgets within a second.
    private static readonly TimeSpan Control = TimeSpan.FromSeconds(1);

    private readonly BindingTest[] _bindings;

    // All are tried side by side, each on a port of its own: the search takes as long as the longest.
    private static IEnumerable<TimeSpan> SilencesUpTo(TimeSpan longest)
    {
        if (longest <= Control) return [];
        IEnumerable<TimeSpan> halves = Enumerable.Range(0, MaxSilences).Select(index => longest / (1 << index)).Where(silence => silence >= ShortestSilence || silence == longest);
        return halves.Append(Control).Order();
    }

    private void TestLifetime(MonotonicTime now)
    {
        foreach (BindingTest test in _bindings)
        {
            test.Opening ??= Add(new Probe(test.Socket, _settings.Server, now));
            if (test.Check is not null || !test.Opening.HasArrived) continue;

            // The server answers to the address that it is asked from, so both ports must have the same.
            if (!test.Opening.Mapped.HasSameAddress(_filteringFirst.Mapped)) continue;
            test.Check = Add(new Probe(FilteringSocket, _settings.Server, test.Opening.LastSent + test.Silence)
            {
                ResponsePort = test.Opening.Mapped.Port,
                ExpectedSocket = test.Socket,
            });
        }
    }
}
