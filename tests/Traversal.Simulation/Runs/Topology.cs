using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>Where two hosts stand.</summary>
/// <param name="Offerer">The one that begins.</param>
/// <param name="Answerer">The other.</param>
/// <param name="Shared">How many of the outermost obstacles are in front of both: all of them are one home, one of two is a carrier.</param>
public sealed record Topology(Place Offerer, Place Answerer, int Shared = 0)
{
    /// <summary>Draws one.</summary>
    public static Topology Draw(RandomSource random)
    {
        var offerer = Place.Draw(random);
        return new Topology(offerer, offerer, 0).WithMoved(offererMoves: false, random);
    }

    /// <summary>Whether a NAT gives ports that somebody may meet by luck.</summary>
    public bool HasGuessablePorts =>
        Offerer.Obstacles.Concat(Answerer.Obstacles).Any(obstacle => obstacle is { Kind: ObstacleKind.Nat, Behavior.Ports: not PortAssignment.Random });

    /// <summary>One of the two has moved, now and then to where the other is.</summary>
    public Topology WithMoved(bool offererMoves, RandomSource random)
    {
        IReadOnlyList<Obstacle> there = (offererMoves ? Answerer : Offerer).Obstacles;
        int shared = random.Next(6) == 0 ? Math.Min(1 + random.Next(2), there.Count) : 0;
        var moved = Place.Draw(random, there.Take(shared));
        return offererMoves ? new Topology(moved, Answerer, shared) : new Topology(Offerer, moved, shared);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Offerer} x {Answerer}{(Shared > 0 ? $", sharing {Shared}" : "")}";
}
