using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Cli.Turn;

/// <summary>A second allocation that sends back whatever the first one sends.</summary>
internal static class Mirror
{
    public static async Task RunAsync(RelayedSocket socket, TransportAddress other)
    {
        byte[] buffer = new byte[2048];
        while (true)
        {
            ReceivedDatagram arrival = await socket.ReceiveAsync(buffer).ConfigureAwait(false);
            if (arrival.Status == NetworkStatus.Closed) return;
            if (arrival.IsOk && arrival.Source == other) socket.Send(buffer.AsSpan(0, arrival.Length), arrival.Source);
        }
    }
}
