using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>What one peer of a run is like.</summary>
/// <param name="Number">Which of the two: 0 or 1.</param>
/// <param name="Role">The role that it begins with.</param>
/// <param name="IsLite">Whether it only answers; then it stands where everybody reaches it.</param>
/// <param name="Renominates">Whether it follows one nomination by another.</param>
/// <param name="TurnServer">Which TURN server it has; null for none.</param>
/// <param name="Password">What it tells that one.</param>
/// <param name="RelayOnly">Whether it is to use the relay alone.</param>
/// <param name="IsMobile">Whether its allocation is to move with it.</param>
internal sealed record RunTraits(
    int Number, IceRole Role, bool IsLite, bool Renominates, int? TurnServer, string Password, bool RelayOnly, bool IsMobile)
{
    /// <summary>Whether a server relays for it.</summary>
    public bool HasRelay => TurnServer is not null && Password == RelayServer.Password;

    /// <summary>Draws them.</summary>
    public static RunTraits Draw(RandomSource random, int number, bool isLite, bool renominates)
    {
        IceRole usual = number == 0 ? IceRole.Controlling : IceRole.Controlled;
        IceRole role = random.Next(10) > 0 ? usual : (IceRole)random.Next(2);
        int? server = !isLite && random.Next(10) < 7 ? random.Next(2) : null;
        string password = random.Next(16) == 0 ? "wrong" : RelayServer.Password;
        bool relayOnly = server is not null && password == RelayServer.Password && random.Next(20) == 0;
        return new RunTraits(number, role, isLite, renominates, server, password, relayOnly, random.Next(3) == 0);
    }

    /// <summary>What the machine is to be like.</summary>
    public ConnectivityOptions ToOptions()
    {
        var options = new ConnectivityOptions { Mobility = IsMobile, Policy = RelayOnly ? CandidatePolicy.RelayOnly : CandidatePolicy.All };
        (options.Ice.Role, options.Ice.IsLite, options.Ice.Renomination) = (Role, IsLite, Renominates);
        return options;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(IsLite ? "lite" : Role)}{(TurnServer is { } server ? $", TURN server {server}" : "")}{(TurnServer is not null && !HasRelay ? " refused" : "")}"
        + $"{(RelayOnly ? ", relay only" : "")}{(IsMobile ? ", mobile" : "")}{(Renominates ? "" : ", one nomination")}";
}
