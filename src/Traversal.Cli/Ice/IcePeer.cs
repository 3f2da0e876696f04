using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Ice;

namespace Traversal.Cli.Ice;

/// <summary>Connects, and then passes ten pings: the controlling side sends them, the other one sends them back.</summary>
internal sealed class IcePeer(IceConnectionOptions options, TimeSpan pingInterval, TimeSpan? limit)
{
    private const int Pings = 10, MaxAttempts = 50;

    private static readonly TimeSpan Attempt = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the controlled side stays after the last ping, as its answer may be lost.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>How long a better path than the first is waited for before the path is said.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer = new byte[ushort.MaxValue];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (limit is { } most) over.CancelAfter(most);
        using var input = new StreamReader(Console.OpenStandardInput());
        var connection = new IceConnection(options, new LineSignaling(input, Console.Out));
        await using ConfiguredAsyncDisposable disposing = connection.ConfigureAwait(false);
        try
        {
            IceOutcome outcome = await connection.ConnectAsync(over.Token).ConfigureAwait(false);
            if (!outcome.IsConnected) return Fail(outcome.ToString());

            await SettleAsync(connection, over.Token).ConfigureAwait(false);
            SayConnected(connection);
            return options.Role == IceRole.Controlling
                ? await PingAsync(connection, over.Token).ConfigureAwait(false)
                : await EchoAsync(connection, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return connection.State is IceAgentState.Connected or IceAgentState.Completed ? Exit.Success : Fail($"not connected within {limit!.Value.TotalSeconds} s");
        }
    }

    private static async Task SettleAsync(IceConnection connection, CancellationToken cancellationToken)
    {
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        settled.CancelAfter(Settling);
        try
        {
            while (connection.State != IceAgentState.Completed && await connection.Events.WaitToReadAsync(settled.Token).ConfigureAwait(false))
            {
                while (connection.Events.TryRead(out _))
                {
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It goes on with the path that there is.
        }
    }

    private async Task<int> PingAsync(IceConnection connection, CancellationToken cancellationToken)
    {
        int echoed = 0;
        for (int i = 0; i < Pings; i++)
        {
            if (i > 0) await Task.Delay(pingInterval, cancellationToken).ConfigureAwait(false);
            if (await IsEchoedAsync(connection, $"ping {i}", cancellationToken).ConfigureAwait(false)) echoed++;
        }

        Say(json =>
        {
            json.WriteString("state", "done");
            json.WriteNumber("echoed", echoed);
        });
        return echoed == Pings ? Exit.Success : Exit.Failure($"ice-peer: {Pings - echoed} of {Pings} pings did not come back");
    }

    // Datagrams may be lost, and the other side may not have a path yet.
    private async Task<bool> IsEchoedAsync(IceConnection connection, string ping, CancellationToken cancellationToken)
    {
        byte[] datagram = Encoding.ASCII.GetBytes(ping);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await connection.SendAsync(datagram, cancellationToken).ConfigureAwait(false);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(Attempt);
            while (await ReceiveAsync(connection, late.Token, cancellationToken).ConfigureAwait(false) is { } received)
            {
                if (received == ping) return true;
            }
        }

        return false;
    }

    private async Task<int> EchoAsync(IceConnection connection, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(Farewell);
            if (await ReceiveAsync(connection, late.Token, cancellationToken).ConfigureAwait(false) is { } received)
            {
                await connection.SendAsync(Encoding.ASCII.GetBytes(received), cancellationToken).ConfigureAwait(false);
                if (received.StartsWith("ping ", StringComparison.Ordinal) && seen.Count < Pings) seen.Add(received);
            }
            else if (seen.Count == Pings)
            {
                return Exit.Success;
            }
            else if (connection.State == IceAgentState.Failed)
            {
                return Fail($"the path was lost after {seen.Count} pings");
            }
        }
    }

    /// <summary>The next datagram as text; null where none came in time.</summary>
    private async Task<string?> ReceiveAsync(IceConnection connection, CancellationToken late, CancellationToken cancellationToken)
    {
        try
        {
            ReceivedDatagram datagram = await connection.ReceiveAsync(_buffer, late).ConfigureAwait(false);
            return datagram.IsOk ? Encoding.ASCII.GetString(_buffer, 0, datagram.Length) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static void SayConnected(IceConnection connection)
    {
        IcePairReport pair = connection.GetPairs().First(pair => pair.IsSelected);
        Say(json =>
        {
            json.WriteString("state", "connected");
            json.WriteString("local", (pair.Mapped ?? pair.Local).ToString());
            json.WriteString("remote", pair.Remote.ToString());
        });
    }

    private static int Fail(string reason)
    {
        Say(json =>
        {
            json.WriteString("state", "failed");
            json.WriteString("reason", reason);
        });
        return Exit.Failure($"ice-peer: {reason}");
    }

    private static void Say(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        Console.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
