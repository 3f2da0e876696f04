using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>The control plane: relay sockets opened and closed as the machine commands.</summary>
internal sealed partial class Shard
{
    private void Execute(in Clock now)
    {
        while (_machine.TryTakeCommand(out RelayCommand command))
        {
            switch (command.Kind)
            {
                case RelayCommandKind.OpenRelay:
                    Open(in command, in now);
                    break;
                case RelayCommandKind.CloseRelay:
                    Close(in command);
                    break;
                case RelayCommandKind.TrustClient:
                    Trust(command.Client);
                    break;
                default:
                    ExecuteForPeers(in command, in now);
                    break;
            }
        }
    }

    private void Open(in RelayCommand command, in Clock now)
    {
        RelayVerdict verdict;
        if (_engine.TryOpen(command.Address, SocketRole.Relay, out SocketId relay, out _, out OpenFailure failure))
        {
            SetAllocationOf(relay, command.Allocation);
            verdict = _machine.OnRelayOpened(command.Allocation, relay, ReplySpan(), in now);
            Trust(verdict.Via);
        }
        else
        {
            verdict = _machine.OnRelayFailed(command.Allocation, ReasonOf(failure), ReplySpan(), in now);
        }

        Dispatch(in verdict, start: 0);
    }

    // A port that may not be bound is as good as taken: another one may do. No descriptor means that none would.
    private static RelayOpenFailure ReasonOf(OpenFailure failure) =>
        failure is OpenFailure.AddressInUse or OpenFailure.Denied ? RelayOpenFailure.PortTaken : RelayOpenFailure.Exhausted;

    // Whoever has an allocation has shown a credential, and refreshes it within its lifetime (RFC 8656 section 8).
    private void Trust(SocketId client)
    {
        if (StreamInbox.IsStream(client) && Inbox.TryFind(client, out StreamConnection? connection)) connection.Trust(_idleTimeout);
    }

    private void Close(in RelayCommand command)
    {
        // What the verdicts of this batch send by the socket goes first.
        Flush();
        SetAllocationOf(command.Relay, NoAllocation);
        _engine.Close(command.Relay);
        _machine.OnRelayClosed(command.Address);
    }

    /// <summary>
    /// Answers a request after what it asked for has been done: a client that reads that its allocation is over may at once ask another shard for the
    /// port.
    /// </summary>
    private void AnswerAfterCommands(in RelayVerdict verdict, in Clock now)
    {
        Span<byte> answer = stackalloc byte[RelayMachine.MinReplyLength];
        answer = answer[..verdict.Length];
        ReplySpan()[..verdict.Length].CopyTo(answer);
        Execute(in now);
        answer.CopyTo(ReplySpan());
        Dispatch(in verdict, start: 0);
    }

    private bool HasCommandsBefore(in RelayVerdict verdict) =>
        verdict.Action == RelayAction.Reply && _machine.HasCommands && verdict.Length <= RelayMachine.MinReplyLength;
}
