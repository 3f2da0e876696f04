namespace Traversal.Peer.Reliable.Recovery;

internal static class CarriedExtensions
{
    /// <summary>Whether one thing was among what a packet carried. <see cref="Enum.HasFlag"/> allocates until the code is optimized.</summary>
    public static bool Has(this Carried carried, Carried one) => (carried & one) != Carried.Nothing;
}
