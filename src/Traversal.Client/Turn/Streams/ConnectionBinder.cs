using System.Buffers.Binary;
using Traversal.Client.Allocations;
using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Client.Streams;

/// <summary>Connects to the server once more and binds a peer's connection to that (RFC 6062 sections 4.3 and 4.4).</summary>
internal sealed class ConnectionBinder(TurnContext context, AllocationDriver driver)
{
    /// <summary>How long the server keeps a peer's connection for the client (RFC 6062 section 5.4).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Realm and nonce have their longest lengths, and there is room left.
    private const int MaxAnswerLength = 4096;

    public async Task<NetworkResult<Stream>> BindAsync(uint connection, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, context.Environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Stream? stream = null;
        bool isBound = false;
        try
        {
            LinkResult<ServerStream> connected = await context.Connector.ConnectStreamAsync(driver.Server, either.Token).ConfigureAwait(false);
            if (!connected.IsOk) return new(NetworkStatus.Unreachable);

            stream = connected.Value.Stream;
            var binding = new TurnConnectionBinding(connection, driver.Memory, context.Credential, context.Environment.Random, context.Clock.Now);
            isBound = await ExchangeAsync(binding, stream, either.Token).ConfigureAwait(false);
            return isBound ? new(stream) : new(NetworkStatus.Failed);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(NetworkStatus.TimedOut);
        }
        catch (IOException)
        {
            return new(NetworkStatus.Failed);
        }
        finally
        {
            if (!isBound && stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> ExchangeAsync(TurnConnectionBinding binding, Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxAnswerLength];
        while (binding.State == TurnConnectionState.Binding)
        {
            while (binding.TryTakeTransmit(buffer, context.Clock.Now, out int length))
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);

            // No byte more than the answer: what follows is the peer's.
            await stream.ReadExactlyAsync(buffer.AsMemory(0, StunMessage.HeaderLength), cancellationToken).ConfigureAwait(false);
            int body = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2));
            if (body > MaxAnswerLength - StunMessage.HeaderLength) return false;
            await stream.ReadExactlyAsync(buffer.AsMemory(StunMessage.HeaderLength, body), cancellationToken).ConfigureAwait(false);
            binding.OnMessage(buffer.AsSpan(0, StunMessage.HeaderLength + body), context.Clock.Now);
        }

        return binding.State == TurnConnectionState.Bound;
    }
}
