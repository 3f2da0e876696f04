using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>Connecting to the first of several addresses that answers.</summary>
internal static class ConnectRace
{
    /// <summary>Connects to whichever address answers first, each tried a little after the one before (RFC 8305 section 5).</summary>
    public static Task<NetworkResult<TcpConnection>> ConnectFirstAsync(
        this INetwork network, IReadOnlyList<TransportAddress> addresses, TimeProvider time, CancellationToken cancellationToken) =>
        Race.RunAsync(
            addresses,
            (address, over) => network.ConnectAsync(default, address, over).AsTask(),
            static result => result.IsOk,
            static result => result.Value!.DisposeAsync(),
            time,
            cancellationToken);
}
