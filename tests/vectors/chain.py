# Second implementation of docs/protocol/chain.md, from the document alone.
import hashlib, struct, json
def H(person, *parts):
    h = hashlib.blake2b(digest_size=32, person=person.ljust(16).encode())
    for p in parts: h.update(p)
    return h.digest()
def plain(data): return hashlib.blake2b(data, digest_size=32).digest()
def chacha20(key, n):
    out=b''; c=0
    def rotl(x,k): return ((x<<k)|(x>>(32-k)))&0xffffffff
    def qr(s,a,b,c_,d):
        s[a]=(s[a]+s[b])&0xffffffff; s[d]=rotl(s[d]^s[a],16)
        s[c_]=(s[c_]+s[d])&0xffffffff; s[b]=rotl(s[b]^s[c_],12)
        s[a]=(s[a]+s[b])&0xffffffff; s[d]=rotl(s[d]^s[a],8)
        s[c_]=(s[c_]+s[d])&0xffffffff; s[b]=rotl(s[b]^s[c_],7)
    while len(out)<n:
        init=list(struct.unpack('<4I',b'expand 32-byte k'))+list(struct.unpack('<8I',key))+[c&0xffffffff,c>>32,0,0]
        s=init[:]
        for _ in range(10):
            qr(s,0,4,8,12);qr(s,1,5,9,13);qr(s,2,6,10,14);qr(s,3,7,11,15)
            qr(s,0,5,10,15);qr(s,1,6,11,12);qr(s,2,7,8,13);qr(s,3,4,9,14)
        out+=struct.pack('<16I',*[(a+b)&0xffffffff for a,b in zip(s,init)]); c+=1
    return out[:n]
def state_root(accounts, supply, bonus):
    lanes=[0]*1024
    for addr,bal,nonce in accounts:
        e=chacha20(H('neb account',addr,struct.pack('<QQ',bal,nonce)),2048)
        for i,v in enumerate(struct.unpack('<1024H',e)): lanes[i]=(lanes[i]+v)&0xffff
    return H('neb state',struct.pack('<1024H',*lanes),struct.pack('<QQQ',len(accounts),supply,bonus))
def header(algorithm,chain,height,time,prev,merkle,state,target,miner,count,extranonce):
    return struct.pack('<HHIQQ',1,algorithm,chain,height,time)+prev+merkle+state+target+miner+struct.pack('<I',count)+extranonce
def merkle(ids):
    level=[H('neb merkle leaf',i) for i in ids]
    while len(level)>1:
        level=[H('neb merkle node',level[i],level[i+1]) if i+1<len(level) else level[i] for i in range(0,len(level),2)]
    return level[0]
def coinbase(chain,height,outputs,memo):
    b=struct.pack('<BBIQQH',1,0,chain,height,0,len(outputs))
    for a,v in outputs: b+=a+struct.pack('<Q',v)
    return b+bytes([len(memo)])+memo
def genesis(name,chain,premine):
    outs=[(plain((name+'/premine').encode())[:20],premine)] if premine else []
    cb=coinbase(chain,0,outs,name.encode())
    h=header(0,chain,0,1767225600,bytes(32),merkle([H('neb tx id',cb)]),state_root([(a,v,0) for a,v in outs],premine,0),b'\xff'*32,bytes(20),1,bytes(16))
    proof=struct.pack('<QBB',0,1,0)
    return h,proof,cb
ex={}
h,p,cb=genesis('nebula-dev',2,0)
ex['genesis-header']=h.hex(); ex['genesis-proof']=p.hex(); ex['genesis-coinbase']=cb.hex()
ex['genesis-block']=(h+p+struct.pack('<I',len(cb))+cb).hex()
ex['genesis-state-root']=h[88:120].hex(); ex['genesis-merkle-root']=h[56:88].hex()
ex['genesis-commitment']=plain(h).hex(); ex['genesis-id']=H('neb block id',h,p).hex()
h2,p2,_=genesis('nebula-main',1,14342857143*10**6)
ex['main-genesis-id']=H('neb block id',h2,p2).hex()
def varint(n):
    o=b''
    while n>=0x80: o+=bytes([n&0x7f|0x80]); n>>=7
    return o+bytes([n])
ex['randomx-input']=(b'\x10\x10'+varint(1767225600)+plain(h)+struct.pack('<I',0x01020304)+h[56:88]+varint(1)).hex()
ex['cosmic-harmony-input']=(plain(h)+struct.pack('<I',0x01020304)).hex()
def sha256d(data): return hashlib.sha256(hashlib.sha256(data).digest()).digest()
def compact(target):
    n=int.from_bytes(target,'big');size=(n.bit_length()+7)//8
    digits=n<<8*(3-size) if size<=3 else n>>8*(size-3)
    if digits&0x800000: digits>>=8;size+=1
    return size<<24|digits
cbm=struct.pack('<IB',1,1)+bytes(32)+b'\xff'*4+b'\x37\x04'+h[8:12]+b'\x20'+plain(h)+b'\x10'+bytes(range(16))+b'\xff'*4+b'\x01'+bytes(8)+b'\x01\x6a'+bytes(4)
ex['coinbase-mold-coinbase']=cbm.hex()
ex['coinbase-mold-input']=(struct.pack('<I',0x20000000)+h[24:56]+sha256d(cbm)+struct.pack('<III',1767225600+5,compact(h[120:152]),0x01020304)).hex()
ex['message-mold-input']=(plain(h)+struct.pack('>Q',0x0102030405060708)).hex()
ids=[bytes([i])*32 for i in range(1,6)]
ex['merkle-of-five']=merkle(ids).hex()
a1=bytes([0x11])*20;a2=bytes([0x22])*20
ex['state-root-of-two']=state_root([(a1,1000000,3),(a2,5,0)],2000000,7).hex()
seed=bytes([1])*32
# ed25519
q=2**255-19;L=2**252+27742317777372353535851937790883648493;d=-121665*pow(121666,q-2,q)%q
def inv(x): return pow(x,q-2,q)
def recover(y):
    xx=(y*y-1)*inv(d*y*y+1);x=pow(xx,(q+3)//8,q)
    if (x*x-xx)%q: x=x*pow(2,(q-1)//4,q)%q
    return q-x if x%2 else x
By=4*inv(5)%q;B=(recover(By),By)
def add(P,Q):
    x1,y1=P;x2,y2=Q;t=d*x1*x2*y1*y2
    return ((x1*y2+x2*y1)*inv(1+t)%q,(y1*y2+x1*x2)*inv(1-t)%q)
def mul(P,e):
    R=(0,1)
    while e:
        if e&1: R=add(R,P)
        P=add(P,P); e>>=1
    return R
def enc(P): return (P[1]|((P[0]&1)<<255)).to_bytes(32,'little')
def keys(seed):
    h=hashlib.sha512(seed).digest();a=int.from_bytes(h[:32],'little');a&=(1<<254)-8;a|=1<<254
    return a,h[32:],enc(mul(B,a))
def sign(seed,m):
    a,pre,A=keys(seed);r=int.from_bytes(hashlib.sha512(pre+m).digest(),'little')%L;R=enc(mul(B,r))
    k=int.from_bytes(hashlib.sha512(R+A+m).digest(),'little')%L
    return R+((r+k*a)%L).to_bytes(32,'little')
A=keys(seed)[2]
addr=lambda pk: hashlib.new('ripemd160',hashlib.sha256(pk).digest()).digest()
ex['transfer-sender']='ZION_'+addr(A).hex().upper()
un=struct.pack('<BBI',1,1,2)+A+struct.pack('<QQH',3,1000,2)+a1+struct.pack('<Q',10)+a2+struct.pack('<Q',20)+b'\x02hi'
ex['transfer-unsigned']=un.hex(); ex['transfer-signing-hash']=H('neb tx sign',un).hex()
tx=un+sign(seed,H('neb tx sign',un))
ex['transfer']=tx.hex(); ex['transfer-id']=H('neb tx id',tx).hex()
print(json.dumps(ex, indent=1))
