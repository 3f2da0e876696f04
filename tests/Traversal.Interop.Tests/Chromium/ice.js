// Makes an RTCPeerConnection whose other side is an ICE agent and nothing more: DTLS never gets an answer. Signals of that side go to `hear`, those of
// this page to `tell`, as JSON with ufrag, pwd, candidates that are new, and whether they are the last. `states` has every iceConnectionState.
({ offers }) => {
  const connection = new RTCPeerConnection();
  window.connection = connection;
  window.states = [];
  connection.oniceconnectionstatechange = () => states.push(connection.iceConnectionState);

  const local = name => connection.localDescription.sdp.match(new RegExp(`a=${name}:(\\S+)`))[1];
  const signal = (candidates, end) => tell(JSON.stringify({
    ufrag: local("ice-ufrag"), pwd: local("ice-pwd"), options: "trickle", candidates, end }));
  connection.onicecandidate = ({ candidate }) => {
    if (!candidate) signal([], true);
    else if (candidate.candidate) signal([candidate.candidate], false);
  };

  const describe = ({ ufrag, pwd, options, lite }) => [
    "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", ...(lite ? ["a=ice-lite"] : []),
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:0", `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`,
    `a=ice-options:${options}`, `a=fingerprint:sha-256 ${Array(32).fill("00").join(":")}`, `a=setup:${offers ? "passive" : "actpass"}`,
    "a=sctp-port:5000", "",
  ].join("\r\n");

  const take = async message => {
    if (!connection.remoteDescription) {
      await connection.setRemoteDescription({ type: offers ? "answer" : "offer", sdp: describe(message) });
      if (!offers) {
        await connection.setLocalDescription();
        signal([], false);
      }
    }
    for (const candidate of message.candidates) await connection.addIceCandidate({ candidate, sdpMid: "0", usernameFragment: message.ufrag });
    if (message.end) await connection.addIceCandidate({ candidate: "", sdpMid: "0", usernameFragment: message.ufrag });
  };
  let taken = Promise.resolve();
  window.hear = text => taken = taken.then(() => take(JSON.parse(text)));

  if (!offers) return;
  connection.createDataChannel("messages");
  return connection.setLocalDescription().then(() => signal([], false));
}
