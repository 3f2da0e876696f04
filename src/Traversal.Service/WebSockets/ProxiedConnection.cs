using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Traversal.Transport.Proxies;

namespace Traversal.Service.WebSockets;

/// <summary>Takes the header off a connection that a trusted proxy passes on.</summary>
internal static class ProxiedConnection
{
    /// <summary>Reads the header and makes the client's address the connection's.</summary>
    /// <returns>Whether there is one.</returns>
    public static async ValueTask<bool> TryReadHeaderAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        PipeReader input = connection.Transport.Input;
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> bytes = result.Buffer;
            OperationStatus status = ProxyHeader.TryParse(bytes.Slice(0, Math.Min(bytes.Length, ProxyHeader.MaxLength)).ToArray(), out ProxyHeader header);
            if (status == OperationStatus.Done)
            {
                input.AdvanceTo(bytes.GetPosition(header.Length));
                if (header.Client.IsLoopback && !ConnectionGuard.AddressOf(connection.RemoteEndPoint).IsLoopback) return false;
                if (!header.Client.IsNone) connection.RemoteEndPoint = header.Client.ToIPEndPoint();
                return true;
            }

            input.AdvanceTo(bytes.Start, bytes.End);
            if (status == OperationStatus.InvalidData || result.IsCompleted) return false;
        }
    }
}
