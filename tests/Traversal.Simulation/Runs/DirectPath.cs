namespace Traversal.Simulation.Runs;

/// <summary>
/// The oracle: whether two hosts can reach each other without a relay, and without guessing ports. It tries, in a network of its own that loses nothing and
/// takes no time, with NATs that forget nothing: every address that is known or seen is tried again until nothing new is seen.
/// </summary>
public static class DirectPath
{
    private const int Rounds = 8;

    /// <summary>Whether there is a way: what one sends is answered from where it was sent to (RFC 8445 section 7.2.5.2.1).</summary>
    public static bool IsPossible(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var network = new VirtualNetwork();
        var surroundings = new Surroundings(network);
        _ = new ReflectingServer(new Host(network, network.Internet, in Prober.Server), in Prober.Server);
        Site first = surroundings.Build(Lasting(topology.Offerer));
        var offerer = new Prober(network, surroundings, Lasting(topology.Offerer), first, 1);
        var answerer = new Prober(
            network, surroundings, Lasting(topology.Answerer), surroundings.Build(Lasting(topology.Answerer), first, topology.Shared), 2);

        for (int round = 0; round < Rounds; round++)
        {
            offerer.Probe(answerer.Known);
            answerer.Probe(offerer.Known);
            network.Run(TimeSpan.FromMilliseconds(1));
            if (offerer.IsAnswered || answerer.IsAnswered) return true;
        }

        return false;
    }

    private static Place Lasting(Place place) => place with
    {
        Obstacles = [.. place.Obstacles.Select(obstacle => obstacle with { Behavior = obstacle.Behavior with { Lifetime = TimeSpan.FromDays(1), Ports = PortAssignment.Random } })],
    };
}
